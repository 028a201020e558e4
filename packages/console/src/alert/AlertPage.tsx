import { useQuery } from '@tanstack/react-query';
import { alertQuery } from '../api/alerts.ts';

export function AlertPage({ id }: { readonly id: number }) {
  const { data } = useQuery(alertQuery(id));
  return <main>{data?.finding.title}</main>;
}
