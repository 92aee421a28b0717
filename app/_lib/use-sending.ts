import { unstable_rethrow } from "next/navigation";
import { type SubmitEvent, useActionState, useState, useTransition } from "react";

interface Sent<Answer> {
  readonly answer: Answer;
  /** What was sent, and from where: the form may hold something else by the time of the answer. */
  readonly given: FormData;
  readonly form: HTMLFormElement;
}

/**
 * Sends a form to an action, and keeps the form if that fails: `useActionState` alone gives such a failure to the
 * error page, which stands where the form with all that was typed has been. It is still what a form posted without
 * JavaScript gets its answer by.
 */
export function useSending<Answer>(
  action: (previous: Answer | null, form: FormData) => Promise<Answer | null>,
) {
  const [posted, post] = useActionState<Answer | null, FormData>(action, null);
  const [sent, setSent] = useState<Sent<Answer | null> | null>(null);
  /** Why there is no answer, in a sentence. */
  const [trouble, setTrouble] = useState<string | null>(null);
  const [pending, startTransition] = useTransition();
  const answer = sent ? sent.answer : posted;

  function send(form: HTMLFormElement, given: FormData): void {
    startTransition(async () => {
      try {
        const got = await action(answer, given);
        startTransition(() => {
          setSent({ answer: got, given, form });
          setTrouble(null);
        });
      } catch (error) {
        // A redirect is none of our failures.
        unstable_rethrow(error);
        startTransition(() => setTrouble(sentenceOn(error)));
      }
    });
  }

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    send(event.currentTarget, new FormData(event.currentTarget, event.nativeEvent.submitter));
  }

  return { answer, sent, trouble, pending, send, formProps: { action: post, onSubmit } };
}

function sentenceOn(error: unknown): string {
  const digest = (error as { digest?: unknown } | null)?.digest;
  if (digest) return `The server could not finish this; its log has the details under ${digest}.`;
  // What `fetch` throws, and nothing else that comes here.
  if (error instanceof TypeError) return "Not sent, or not answered: the server cannot be reached.";
  return "The server gave an answer that this page cannot read. It may be newer than the page: load the page again.";
}
