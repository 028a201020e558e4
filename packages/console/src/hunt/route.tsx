import { useSearch } from '@tanstack/react-router';
import { HuntPage } from './HuntPage.tsx';

export function HuntRoute() {
  return <HuntPage search={useSearch({ from: '/app/hunt' })} />;
}
