import { describe, expect, it } from '@jest/globals';
import { imagesOf } from './image-roles.js';
import { formatSettings, parseSettings, settingsOf } from './settings-file.js';

const images = imagesOf({ LAKEFERRY_IMAGE_S3: 'my/s3:1' });

describe('images', () => {
  it("are the vendors' unless the environment names others", () => {
    expect(images).toMatchObject({ postgres: 'postgres:18', s3: 'my/s3:1' });
  });
});

describe('settings', () => {
  it("of the machine's own engine leave testcontainers as it is", () => {
    const settings = settingsOf({ isOwn: false, env: {} }, images);
    expect(settings).not.toHaveProperty('TESTCONTAINERS_RYUK_DISABLED');
    expect(settings).toHaveProperty('LAKEFERRY_IMAGE_S3', 'my/s3:1');
  });

  it("of the checkout's engine name it", () => {
    const engine = { isOwn: true, env: { DOCKER_HOST: 'unix:///run/x.sock' } };
    expect(settingsOf(engine, images)).toMatchObject({
      DOCKER_HOST: 'unix:///run/x.sock',
      TESTCONTAINERS_RYUK_DISABLED: 'true',
    });
  });

  it('are read back as they were written, blanks and equal signs included', () => {
    const settings = { A: 'unix:///x y=z', B: '' };
    expect(parseSettings(formatSettings(settings))).toEqual(settings);
  });
});
