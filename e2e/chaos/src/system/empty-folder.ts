import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/** Deletes every object below the folder; of the whole bucket for an empty name. */
export async function emptyFolder(
  client: S3Client,
  at: { readonly bucket: string; readonly folder: string },
): Promise<void> {
  const Bucket = at.bucket;
  const Prefix = at.folder === '' ? '' : `${at.folder}/`;
  for (;;) {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
    const keys = (page.Contents ?? []).map(({ Key }) => ({ Key: Key ?? '' }));
    if (keys.length === 0) return;
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys } }));
  }
}
