import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { tablesQuery } from '../api/hunt.ts';
import { Parser } from './kql/parser.ts';

/** The parser of the service's tables, while the page is open. */
export function useParser(): Parser | undefined {
  const { data } = useQuery(tablesQuery);
  const [parser, setParser] = useState<Parser>();
  useEffect(() => {
    if (data === undefined) return;
    const made = new Parser(data);
    setParser(made);
    return () => {
      made.close();
      setParser(undefined);
    };
  }, [data]);
  return parser;
}
