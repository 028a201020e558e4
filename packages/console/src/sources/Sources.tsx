export function Sources() {
  return <main />;
}
