let given = 0;

/** The next number for ids that rows of a test are told apart by. */
export function nextSerial(): number {
  given += 1;
  return given;
}

/** Numbers begin anew, so that the ids of a file's rows do not depend on which files ran before it. */
export function restartSerial(): void {
  given = 0;
}
