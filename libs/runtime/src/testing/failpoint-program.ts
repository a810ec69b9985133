import { isDeliveryError } from '@lakeferry/errors';
// eslint-disable-next-line @nx/enforce-module-boundaries -- by its name, where the condition is looked at
import { failpoint } from '@lakeferry/runtime/failpoint';

/** Reaches one failpoint three times and says what came of it, in a process of its own. */
for (let time = 1; time <= 3; time += 1) {
  try {
    await failpoint('kafka.after-commit');
    console.log(`passed ${time}`);
  } catch (error) {
    console.log(isDeliveryError(error) ? `${error.code} ${time}` : String(error));
  }
}
