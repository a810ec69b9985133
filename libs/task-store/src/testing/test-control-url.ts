/** Address of a database of the test server, whose user may create others. */
export function testControlUrl(): string {
  const url = process.env['LAKEFERRY_TEST_POSTGRES_URL'];
  if (url === undefined) throw new Error('LAKEFERRY_TEST_POSTGRES_URL is not set');
  return url;
}
