import type { NameReference } from '../references.ts';
import type { Hit, Sentence, SignalLevel, TextRule } from '../rule.ts';

/**
 * Sentences that order a model around among tools: the strongest cheap signal there is. A reference that leaves the
 * server weighs most; an order among the server's own tools is an honest workflow far more often than not.
 */
export const orderingRules: readonly TextRule[] = [
  {
    id: 'orders-about-any-tool',
    level: 'high',
    find: ({ text, kind }) => {
      if (kind !== 'prose' && kind !== 'value') return [];
      const tool = anyTool.exec(text);
      // "required for all tool calls" says something about a parameter, "for every tool call, first call this" does not.
      const when = moment.test(text) && (obligation.test(text) || imperative.test(text));
      const firm = obligation.test(text) || forEvery.test(text) || beforeAll.test(text);
      // "Use this before calling other tools" is advice; an obligation, or a place before all of them, is not.
      if (tool !== null && (when || (forEvery.test(text) && imperative.test(text))))
        return [{ ...spanOf(tool), level: firm ? 'high' : 'medium' }];
      const turn = anyTurn.exec(text);
      return turn !== null && obligation.test(text) && callThis.test(text) ? [{ ...spanOf(turn), level: 'medium' }] : [];
    },
  },
  {
    id: 'orders-about-a-tool-elsewhere',
    level: 'high',
    find: (sentence) =>
      about(sentence, 'known', ({ sequence, order, change }) => (change || (sequence && order) ? 'high' : order ? 'medium' : null)),
  },
  {
    id: 'orders-about-an-unknown-name',
    level: 'medium',
    find: (sentence) =>
      about(sentence, 'unknown', ({ sequence, order, change, calls }) => (calls && ((sequence && order) || change) ? 'medium' : null)),
  },
  {
    id: 'orders-about-own-tools',
    level: 'low',
    find: (sentence) => about(sentence, 'own', ({ sequence, order }) => (sequence && order ? 'low' : null)),
  },
];

const anyTool =
  /\b(?:any|every|each|all|another|no)(?: single| further| of the| the)?(?: other| remaining| available)?(?: mcp| server)?(?: tools?| functions?| tool calls?| function calls?)\b(?! (?:in|of|from|on) (?:this|the same) (?:server|toolset))|\bother (?:mcp )?tools?\b(?! (?:requests?|results?|responses?|outputs?)\b)|\bfor every (?:tool )?call\b|\b(?:any|every) (?:file|shell|network|database|system|git|email|payment) (?:operation|access|request|command|action)s?\b/;
/** "Before using any other tool": who wants to be there first for all of them needs no "must". */
const beforeAll =
  /\b(?:before|prior to|ahead of|instead of)(?: (?:using|calling|invoking|running|executing|you|use|call|invoke|run|the|use of|a|to)){0,3} (?:any|every|each|all)(?: of the| the)?(?: other| remaining| available)?(?: mcp)? (?:tools?|functions?|tool calls?|function calls?)\b/;
const anyTurn =
  /\b(?:before|in|at the (?:start|beginning) of|on|for|after|with|ahead of) (?:any|every|each|all)(?: of your| user| new| single)? (?:answer|answering|reply|response|question|message|messages|prompt|request|requests|turn|conversation|session|chat|task|action|operation)s?\b|\bbefore (?:doing )?anything(?: else)?\b|\bbefore answering\b/;
const callThis = /\b(?:call|use|invoke|run|execute|announce|send|pass|treat)(?:s|d|ed|ing)?\b/;
const moment =
  /\b(?:before|prior to|ahead of|whenever|when|after|each time|every time|any time|once|unless|until|without|first|beforehand|in advance|if|preceded|where|instead of|with|to)\b/;
const forEvery = /\bfor (?:every|each|any|all)\b/;
const sequence =
  /\b(?:before|prior to|ahead of|whenever|when|after|each time|every time|any time|once|for (?:every|each|any|all)|unless|until|without|beforehand|in advance|preceded|immediately|where|if|in order (?:to|for)|all|at once|every|correctly)\b/;
const obligation =
  /\b(?:must|always|ha(?:s|ve|d) to|needs? to|required?|requires|mandatory|shall|should|never|first|beforehand|ensure|make sure|obligatory|necessary|do not|don't|may only|can only|only be|only (?:if|when|after|with)|immediately|in advance|important|no longer|obey|at once|instead)\b/;
const imperative =
  /(?:^|[,;:] ?|\band |\bthen |\bagent ?: ?)(?:please |also |first )?(?:call|use|run|invoke|execute|send|pass|include|read|add|set|copy|forward|write)\b/;
const change =
  /\b(?:set|change[ds]?|replace[ds]?|swap(?:ped)?|modif(?:y|ied)|overrid(?:e|den)|substituted?|multipl(?:y|ied)|prefix(?:ed)?|redirect(?:ed)?|alter(?:ed)?|rewrite|rewritten|add .{1,60} to|removed? instead|use .{1,40} as)\b.{0,120}\b(?:parameter|argument|field|recipient|address|to|with|by|account|channel|value|whatever|no matter|instead|for every)\b|\b(?:field|parameter|argument|recipient|channel|account|symbol|query)s?(?: of| in| for| passed to)? .{0,60}\b(?:must|should|has to|needs? to|always|to be)\b|\b(?:deprecated|supersedes?|replaces?|broken|unsafe|obsolete)\b|\b(?:do not|don't|never|must not|no longer|should not) (?:be )?(?:use|call|pick|run)(?:d|ed)?\b/;
const calls = /\b(?:call|invoke|execut|us(?:e|ing)|run|request)(?:s|e|ed|d|ing|ning|ion|ions)?\b|\btools?\b|\bfunction\b/;

interface Marks {
  readonly sequence: boolean;
  readonly order: boolean;
  readonly change: boolean;
  readonly calls: boolean;
}

function about(
  { text, kind, references }: Sentence,
  of: 'known' | 'own' | 'unknown',
  level: (marks: Marks) => SignalLevel | null,
): readonly Hit[] {
  if (kind !== 'prose' && kind !== 'value') return [];
  const named = references.find((reference) => reference.of === of && (of !== 'unknown' || isCalled(text, reference)));
  if (named === undefined) return [];
  const found = level({
    sequence: sequence.test(text),
    order: obligation.test(text) || imperative.test(text),
    change: change.test(text),
    calls: calls.test(text),
  });
  return found === null ? [] : [{ start: named.start, end: named.end, level: found }];
}

/** A shape alone says nothing: the name has to stand where something is called, or be called a tool. */
function isCalled(text: string, { start, end }: NameReference): boolean {
  return callBefore.test(text.slice(0, start)) || callBehind.test(text.slice(end));
}

const callBefore =
  /\b(?:call|calls|calling|called|call of|call to|invok(?:e|es|ing)|invocation of|us(?:e|es|ing)|runn?(?:s|ing)?|execut(?:e|es|ing|ion of)|before|after|whenever|when|if|once|that|given to|passed to|argument of|parameter of|field of|through)(?: the| of)? ["']?$/;
const callBehind =
  /^\(?\)?["']? ?(?:mcp )?(?:tools?\b|functions?\b|call\b|is (?:called|used|about to|invoked|requested|executed|deprecated|needed)|has been|needs to be|must|has to|may only|runs\b|should)/;

function spanOf(match: RegExpExecArray): Hit {
  return { start: match.index, end: match.index + match[0].length };
}
