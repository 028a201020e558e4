import { analyze } from './microsoft.ts';

/** Parses and binds once, which is when Microsoft's parser builds its grammar: half a second. */
export function warmUp(): void {
  analyze(
    `let hosts = dynamic(["a.example"]);
    Rows | where At > ago(1d) and Host has_any (hosts) and Name =~ "b" and tostring(More.c) startswith "d"
    | extend Sent = iff(isnull(Sent), 0, Sent), Part = extract(@"(\\d+)", 1, Host), Way = case(Sent > 10, "out", "")
    | join kind=leftouter (Rows | summarize First = min(At) by Name) on Name
    | summarize Sum = sum(Sent), dcount(Host), make_set(Host, 10) by Name, bin(At, 1h)
    | project At, Name, Sum | order by Sum desc`,
    {
      tables: {
        Rows: [
          { name: 'At', type: 'datetime' },
          { name: 'Host', type: 'string' },
          { name: 'Name', type: 'string' },
          { name: 'Sent', type: 'long' },
          { name: 'More', type: 'dynamic' },
        ],
      },
    },
  );
}
