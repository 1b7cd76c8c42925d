/** Something that is done at the server, with what came of it. */
import { Trouble } from '../api/client';

export class Action {
  busy = $state(false);
  said = $state('');
  failed = $state(false);

  /** Does it; says what it answers, or what to do where it failed. */
  async run(what: () => Promise<string>): Promise<boolean> {
    this.busy = true;
    this.said = '';
    try {
      this.said = await what();
      this.failed = false;
    } catch (error) {
      this.failed = true;
      this.said =
        error instanceof Trouble
          ? [error.message, error.problem?.detail, error.problem?.hint].filter(Boolean).join('. ')
          : String(error);
    }
    this.busy = false;
    return !this.failed;
  }
}
