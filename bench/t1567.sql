-- The published query's answer, written by hand for DuckDB and reviewed against Kusto's rules: terms are whole runs of
-- letters and digits, a sum over nulls is 0, RemotePort splits by type. $now is ticks.
WITH direct AS (
  SELECT "Timestamp", DeviceName, AccountName, InitiatingProcessFileName, InitiatingProcessCommandLine,
         InitiatingProcessParentFileName, RemoteUrl, RemoteIP, RemotePort, BytesSent, BytesReceived,
         CASE
           WHEN regexp_matches(RemoteUrl, '(?i)(?:^|[^\pL\pN])telegram(?:$|[^\pL\pN])') THEN 'Messaging API'
           WHEN regexp_matches(RemoteUrl, '(?i)(?:^|[^\pL\pN])discord(?:$|[^\pL\pN])') THEN 'Messaging API'
           WHEN regexp_matches(RemoteUrl, '(?i)(?:^|[^\pL\pN])(?:mega|file\.io|transfer\.sh|gofile|anonymfiles|anonfiles|ufile|pixeldrain)(?:$|[^\pL\pN])') THEN 'File Sharing'
           WHEN regexp_matches(RemoteUrl, '(?i)(?:^|[^\pL\pN])(?:pastebin|hastebin|rentry|ghostbin|paste\.ee|privatbin)(?:$|[^\pL\pN])') THEN 'Paste Site'
           WHEN regexp_matches(RemoteUrl, '(?i)(?:^|[^\pL\pN])(?:ngrok|serveo)(?:$|[^\pL\pN])') THEN 'Tunnel Service'
           ELSE 'Other'
         END AS ExfilCategory
  FROM DeviceNetworkEvents
  WHERE "Timestamp" > $now - 864000000000
    AND ActionType = 'ConnectionSuccess'
    AND regexp_matches(RemoteUrl, '(?i)(?:^|[^\pL\pN])(?:api\.telegram\.org|discord\.com|discordapp\.com|mega\.co\.nz|mega\.nz|file\.io|transfer\.sh|gofile\.io|anonymfiles\.com|anonfiles\.com|ufile\.io|pixeldrain\.com|paste\.ee|pastebin\.com|hastebin\.com|rentry\.co|ghostbin\.com|privatbin\.net|ngrok\.io|ngrok-free\.app|serveo\.net)(?:$|[^\pL\pN])')
), cloud AS (
  SELECT "Timestamp", DeviceName, AccountName, InitiatingProcessFileName, InitiatingProcessCommandLine,
         InitiatingProcessParentFileName, RemoteUrl, RemoteIP, RemotePort, BytesSent, BytesReceived,
         'Cloud Storage Upload' AS ExfilCategory
  FROM DeviceNetworkEvents
  WHERE "Timestamp" > $now - 864000000000
    AND ActionType = 'ConnectionSuccess'
    AND regexp_matches(RemoteUrl, '(?i)(?:^|[^\pL\pN])(?:content\.dropboxapi\.com|api\.dropboxapi\.com|www\.googleapis\.com|drive\.google\.com|graph\.microsoft\.com|onedrive\.live\.com|api\.github\.com|gitlab\.com|bitbucket\.org|s3\.amazonaws\.com|storage\.googleapis\.com)(?:$|[^\pL\pN])')
    AND lower(InitiatingProcessFileName) IN ('curl.exe', 'curl', 'wget', 'wget.exe', 'powershell.exe', 'pwsh.exe', 'python.exe', 'python3', 'python3.exe', 'node.exe', 'node', 'wscript.exe', 'cscript.exe', 'certutil.exe', 'bitsadmin.exe')
    AND BytesSent > 1048576
), bulk AS (
  SELECT "Timestamp" - "Timestamp" % 36000000000 AS "Timestamp", DeviceName, AccountName, InitiatingProcessFileName,
         InitiatingProcessCommandLine, coalesce(sum(BytesSent), 0)::BIGINT AS TotalBytesSent,
         coalesce(sum(BytesReceived), 0)::BIGINT AS TotalBytesReceived, count(*) AS ConnectionCount,
         count(DISTINCT RemoteIP) AS UniqueRemoteIPs
  FROM DeviceNetworkEvents
  WHERE "Timestamp" > $now - 36000000000
    AND ActionType = 'ConnectionSuccess'
    AND RemoteIPType = 'Public'
    AND lower(InitiatingProcessFileName) IN ('curl.exe', 'curl', 'wget', 'wget.exe', 'powershell.exe', 'pwsh.exe', 'python.exe', 'python3', 'python3.exe', 'node.exe', 'node', 'wscript.exe', 'cscript.exe', 'certutil.exe', 'bitsadmin.exe')
  GROUP BY ALL
  HAVING sum(BytesSent) > 10485760
)
SELECT "Timestamp", DeviceName, AccountName, InitiatingProcessFileName, InitiatingProcessCommandLine,
       InitiatingProcessParentFileName, RemoteUrl, RemoteIP, RemotePort AS RemotePort_int, BytesSent, BytesReceived,
       ExfilCategory, NULL::BIGINT AS TotalBytesSent, NULL::BIGINT AS TotalBytesReceived,
       NULL::BIGINT AS ConnectionCount, NULL::BIGINT AS UniqueRemoteIPs, NULL::BIGINT AS RemotePort_long
FROM (FROM direct UNION ALL FROM cloud)
UNION ALL
SELECT "Timestamp", DeviceName, AccountName, InitiatingProcessFileName, InitiatingProcessCommandLine,
       '', '', '', NULL, TotalBytesSent, TotalBytesReceived, 'Bulk Upload Detected', TotalBytesSent,
       TotalBytesReceived, ConnectionCount, UniqueRemoteIPs, 0
FROM bulk
ORDER BY "Timestamp" DESC
