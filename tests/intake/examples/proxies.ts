/** Web proxies: a line or two of each. */
export const proxyExamples: Readonly<Record<string, string>> = {
  squid:
    '1773130530.250   1500 10.0.0.5 TCP_TUNNEL/200 900 CONNECT files.example.com:443 alice HIER_DIRECT/203.0.113.9 -\n',
  wsa: `1773130530.250 1500 10.0.0.5 TCP_MISS/200 900 TCP_CONNECT tunnel://files.example.com:443/ "LARKFIELD\\alice@Realm" DIRECT/203.0.113.9 - PASSTHRU_WBRS_7-Group-Id-NONE-NONE-NONE-NONE <"IW_fts",9.0,1,"-",-> -\n`,
  w3c: `#Software: SGOS 7.3.1.1
#Fields: date time time-taken c-ip cs-username sc-filter-result sc-status s-action cs-method cs-uri-scheme cs-host cs-uri-port cs(User-Agent) s-ip s-port r-ip sc-bytes cs-bytes
2026-03-10 08:15:30 1500 10.0.0.5 alice OBSERVED 200 TCP_TUNNELED CONNECT tcp files.example.com 443 "curl 8 (x)" 10.0.0.2 8080 203.0.113.9 900 2181167
`,
  umbrella:
    '"2026-03-10 08:15:30","alice (alice@larkfield.example)","10.0.0.5","198.51.100.7","203.0.113.9","text/html","ALLOWED","https://files.example.com/up","","curl 8","200","2181167","900","600","","File Storage","","","","","","AD Users","","alice","AD Users","POST"\n',
  zscaler:
    '{"sourcetype":"zscalernss-web","event":{"time":"Tue Mar 10 08:15:30 2026","login":"alice@larkfield.example","proto":"HTTPS","eurl":"files.example.com/up","action":"Allowed","appclass":"File Share","reqsize":"2181167","respsize":"900","stime":"10","ctime":"1500","urlcat":"File Share","cip":"10.0.0.5","sip":"203.0.113.9","reqmethod":"POST","respcode":"200"}}\n',
};
