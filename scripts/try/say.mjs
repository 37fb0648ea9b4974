// How the story looks: chapters, sentences, and what a file or a server says, indented.
const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
let number = 0;

export function chapter(title) {
  number += 1;
  process.stdout.write(`\n${paint(1, `── ${number}. ${title} ${'─'.repeat(Math.max(3, 72 - title.length))}`)}\n\n`);
}

export function say(text) {
  process.stdout.write(`${text}\n`);
}

export function command(words) {
  process.stdout.write(`\n${paint(36, `$ pinfold ${words.join(' ')}`)}\n`);
}

export function code(text) {
  process.stdout.write(
    `${text
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n')}\n\n`,
  );
}
