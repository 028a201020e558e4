/** Columns by what they hold, as Defender, Sentinel and Weir name them. */

const fileNames =
  /^(InitiatingProcess|InitiatingProcessParent|Process)?(FileName|ParentFileName)$|^(Process|NewProcessName|ParentProcessName|OriginalName|ProcessName)$/;
const deviceNames =
  /^(DeviceName|RemoteDeviceName|Computer|HostName|DestinationHostName|SourceHostName|InitiatingProcessRemoteSessionDeviceName|DestinationDeviceName)$/;
const remoteHosts =
  /^(RemoteUrl|RemoteHost|RemoteDomain|RemoteDnsQuestions|UrlDomain|DestinationHostName|Fqdn|FQDN|QueryName|DnsQuery|DomainName|RegistrableDomain|RequestURL|DestinationDnsDomain|Url|SniName|ServerName)$/;
const commandLines = /CommandLine$|^CommandLines$/;
const sent =
  /^(BytesSent|SentBytes|SrcBytes|OrigBytes|orig_bytes|UploadBytes|BytesOut|TotalBytesSent|SourceBytes|BytesSrcToDest|RequestSize|RequestBytes|cs_?bytes|BytesToServer)$/i;
const received =
  /^(BytesReceived|ReceivedBytes|DstBytes|RespBytes|resp_bytes|ResponseBytes|ResponseSize|DestinationBytes|BytesDestToSrc|sc_?bytes|BytesToClient|DownloadBytes|BytesIn|ResponseBodySize|TotalBytesReceived)$/i;

export const isFileName = (column: string): boolean => fileNames.test(column);
export const isDeviceName = (column: string): boolean => deviceNames.test(column);
export const isRemoteHost = (column: string): boolean => remoteHosts.test(column);
export const isCommandLine = (column: string): boolean => commandLines.test(column);
export const isSent = (column: string): boolean => sent.test(column);
export const isReceived = (column: string): boolean => received.test(column);

/** What a program cannot change by another name: where it lies, what it is made of, who signed it. */
export const isProgramProof = (column: string): boolean =>
  /(FolderPath|SHA1|SHA256|MD5|VersionInfo\w+|Signer\w*|IsSigned|Certificate\w*|OriginalFileName|ProcessPath|IsTrusted|SignatureState|Issuer)$/.test(
    column,
  );
