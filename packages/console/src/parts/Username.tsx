/** Tells a password manager whose password is chosen; nobody sees it. */
export function Username({ name }: { readonly name: string }) {
  return <input hidden type="text" autoComplete="username" value={name} readOnly />;
}
