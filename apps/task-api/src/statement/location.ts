import type { TaskConfig } from '@lakeferry/contracts';
import { partitionLayout } from './partition-layout.js';

type Place = Pick<TaskConfig, 'ossBucket' | 'ossEndpoint' | 'ossPrefix'>;

/** The host of the endpoint, with its port; null where the task names none. */
export function endpointHost({ ossEndpoint }: Place): string | null {
  return ossEndpoint === undefined
    ? null
    : ossEndpoint.replace(/^https?:\/\//i, '').replace(/\/+$/, '');
}

export function isAlibaba(place: Place): boolean {
  return /\.aliyuncs\.com(:\d+)?$/i.test(endpointHost(place) ?? '');
}

/** Whether the store is AWS's own, or may be, because the task names no endpoint. */
export function isAws(place: Place): boolean {
  const host = endpointHost(place);
  return host === null || /\.amazonaws\.com(\.cn)?(:\d+)?$/i.test(host);
}

/** Where the objects of a task lie, up to the first folder with a variable; with a slash at its end. */
export function locationIn(scheme: string, { ossBucket, ossPrefix }: Place): string {
  const { location } = partitionLayout(ossPrefix);
  return `${scheme}://${ossBucket}/${location === '' ? '' : `${location}/`}`;
}

/** As Hadoop names it: Alibaba's stores by their own scheme, all others by Hadoop's S3. */
export function hadoopLocation(place: Place): string {
  return locationIn(isAlibaba(place) ? 'oss' : 's3a', place);
}

/** What stands for each variable of the prefix in a pattern. */
export function folderPattern({ ossPrefix }: Place): string {
  return ossPrefix.replaceAll(/(\$(yyyy|MM|dd|HH|mm))+/g, '*');
}
