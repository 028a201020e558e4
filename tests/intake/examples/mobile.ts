/** A connection of a phone; the row's own time is hours from it. */
export const mobileRow = {
  'TimeGenerated [UTC]': '3/10/2026, 10:58:36.523 AM',
  'TimestampStart_t [UTC]': '3/10/2026, 1:40:30.000 PM',
  SourceClient_s: '198.51.100.7 / 10.0.0.5',
  Destination_s: '203.0.113.9',
  Port_s: 443,
  Scheme_s: 'TCP',
  Status_s: 'allowed',
  DeviceName_s: "Mia's phone",
  Username_s: 'mia@larkfield.example',
  Url_s: '',
  Host_s: '',
  Type: 'BetterMTDNetflowLog_CL',
};

export const mobileExamples: Readonly<Record<string, string>> = {
  'mobile-threat-defence': JSON.stringify([mobileRow]),
};
