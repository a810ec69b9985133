/** Whether a name is one of the IANA time-zone database that this process knows. Pure. */
export function isTimeZone(name: string): boolean {
  // Offsets like +01:00 are known to Intl too, but are no names.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
