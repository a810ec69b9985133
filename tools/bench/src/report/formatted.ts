import { format, resolveConfig } from 'prettier';

/** A text as the checkout's files are formatted, so that what is written is what `npm run format` leaves. */
export async function formatted(text: string, file: string): Promise<string> {
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}
