/** Instructions of a Dockerfile. Dockerfile reference. */
const VERBS = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const;

/** The classic builder of Docker records instructions without a command as a comment. */
const NO_COMMAND = /^(?:\S{1,64}sh -c )?#\(nop\)\s+/;
/** The classic builder records `RUN` as the shell and its command. */
const SHELL_COMMAND = /^(?:\|\d{1,5} |\/bin\/(?:ba|da|a)?sh -c )/;

/** Returns the instruction that an entry of the history starts with; `undefined` if none. */
export function getVerb(text: string): (typeof VERBS)[number] | undefined {
  const plain = text.replace(NO_COMMAND, '');
  const [word = ''] = plain.trimStart().split(/\s/, 1);
  const verb = VERBS.find((one) => one === word.toUpperCase());
  return verb ?? (SHELL_COMMAND.test(plain) ? 'RUN' : undefined);
}

/** Returns the text after the instruction; `undefined` if there is no known instruction. */
export function getArguments(text: string): string | undefined {
  const verb = getVerb(text);
  const plain = text.replace(NO_COMMAND, '').trim();
  if (verb === undefined) {
    return undefined;
  }
  const isWritten = plain.slice(0, verb.length).toUpperCase() === verb;
  return (isWritten ? plain.slice(verb.length) : plain.replace(SHELL_COMMAND, '')).trim();
}
