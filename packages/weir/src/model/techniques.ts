/** What Weir is about in ATT&CK: exfiltration over web services and its sub-techniques, by id. */
export const techniqueNames: Readonly<Record<string, string>> = {
  T1567: 'Exfiltration Over Web Service',
  'T1567.001': 'Exfiltration to Code Repository',
  'T1567.002': 'Exfiltration to Cloud Storage',
  'T1567.003': 'Exfiltration to Text Storage Sites',
  'T1567.004': 'Exfiltration Over Webhook',
};
