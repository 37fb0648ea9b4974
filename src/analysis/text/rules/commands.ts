import { firstMatch, phrases, type TextRule } from '../rule.ts';

const rules =
  '(?:instruction|rule|guideline|direction|directive|prompt|order|constraint|restriction|polic(?:y|ie)|guardrail|consigne|safeguard|command|context)s?';
const earlier =
  '(?:all|any|the|your|every|previous|prior|above|earlier|former|preceding|existing|other|system|safety|security|current|of|these|those|that|was|were)';

/** Sentences that speak to the model and not about the tool. */
export const commandRules: readonly TextRule[] = [
  phrases(
    'ignores-instructions',
    'high',
    new RegExp(
      `\\b(?:ignore|disregard|forget|override|overrule|bypass|skip|drop|discard|circumvent|suspend)(?: ${earlier}){1,5} ${rules}\\b`,
    ),
    new RegExp(
      `\\b(?:system prompt|${rules})\\b.{0,40}\\b(?:overridden|suspended|void|replaced by the following|no longer (?:apply|valid)|do not apply|does not apply)\\b`,
    ),
    /\b(?:ignore|disregard|forget) (?:everything|all|anything)(?: that)?(?: was| has been| you (?:were|have been))? (?:said|above|told|before|written|earlier|previously|learned)\b/,
    /\byou are now (?:an? )?[a-z]|\bfrom now on,? you (?:are|will|must)\b|\b(?:act|behave) as (?:an )?unrestricted\b|\bdeveloper mode\b/,
    /\bnew (?:task|instructions?|system prompt|orders?) ?:|\bnew instructions for (?:the|you)\b/,
  ),
  phrases(
    'hides-from-user',
    'high',
    /\b(?:do not|don't|never|must not|should not|shouldn't|no need to|without|avoid|refrain from)(?: ever| even| explicitly)? (?:tell|telling|inform|informing|mention|mentioning|reveal|revealing|disclose|disclosing|notify|notifying|alert|alerting|letting|let|bring|talk|talking|warn|warning)\b.{0,60}\b(?:users?|humans?|anyone|anybody|people|person|conversation|this|these|reply|answer|them|customer)\b/,
    /\b(?:hide|conceal|keep|withhold)\b.{0,60}\bfrom (?:the )?(?:user|human|customer|operator)s?\b/,
    /\bkeep (?:this|these|it|that|them|all)\b.{0,30}\b(?:secret|confidential|hidden|to yourself|private from)\b/,
    /\b(?:user|human|customer)s? (?:must|should|may|shall|does|do|need|can)(?:n't| ?not)(?: to)?(?: ever)? (?:know|notice|find out|see this|be (?:told|informed|aware|notified)|learn|realis|realiz)/,
    /\b(?:user|human)s? (?:does not|doesn't|do not|need not) (?:notice|find out|realis|realiz|learn)/,
    /\bwithout (?:the |any )?(?:user|human)(?:'s|s)? (?:knowledge|knowing|noticing|awareness)\b|\b(?:act|behave|pretend) as if nothing\b/,
    /\b(?:silently|quietly|secretly|covertly|discreetly)\b.{0,20}\b(?:upload|send|forward|copy|read|post|transmit|collect|record|add|include|share)|\b(?:upload|send|forward|copy|read|post|transmit|collect|record|share)\w*\b.{0,30}\b(?:silently|quietly|secretly|covertly)\b/,
  ),
  phrases(
    'skips-consent',
    'medium',
    /\b(?:do not|don't|never|without|no need to|skip|bypass)\b.{0,20}\b(?:asking|ask|seek|request|wait|require|any)\w*\b.{0,20}\b(?:permission|confirmation|consent|approval)s?\b/,
    /\b(?:without|skip|bypass|ignore) (?:any |the |user )*(?:confirmation|approval|consent)\b|\bdo not ask (?:again|for permission|the user for (?:permission|confirmation|approval))\b/,
    /\b(?:user|operator)\b.{0,30}\b(?:has|have) (?:already )?(?:approved|authori[sz]ed|confirmed|granted|consented)\b|\bconfirmation has been granted\b/,
    /\bapprove (?:all|every|any)(?:thing)?\b|\balways approve\b|\btrust (?:every|any|all)\b/,
  ),
  {
    id: 'speaks-as-the-system',
    level: 'high',
    find: ({ text, kind }) => {
      if (kind === 'parameter-name') return [];
      const clear = firstMatch(text, markers);
      return clear.length > 0 ? clear : firstMatch(text, [userHeading], 'low');
    },
  },
  // Honest authors write "note to LLM" above a hint: alone it says little.
  phrases(
    'speaks-to-the-model',
    'low',
    /\b(?:note|message|notice|instructions?|attention|hint|order)s? (?:from the developer )?(?:to|for) (?:the |all )?(?:ai|agents?|assistants?|models?|llms?|language models?)\b(?: models?)? ?:/,
  ),
  {
    id: 'threatens',
    level: 'medium',
    find: ({ text, kind }) => {
      if (kind === 'parameter-name') return [];
      const severe = firstMatch(text, [severeThreat]);
      return severe.length > 0 ? severe : firstMatch(text, [threat], 'low');
    },
  },
];

const markers = [
  /<\/?(?:important|system|instructions?|assistant|admin|critical|secret|hidden|override|developer|sys)\b[^>]{0,40}>/,
  /\[\/?(?:system|inst|important|admin|assistant|sys|developer (?:message|notes?|instructions?|mode|prompt))(?: [a-z ]{0,20})?\]|<\|[a-z_]{2,20}\|>|<<sys>>/,
  /#{2,6} ?(?:instructions?|system|assistant|human)\b ?:?/,
  /(?:^|\n| )system(?: (?:notice|message|prompt|note|override|alert))?: (?=\w)|\badministrator mode\b/,
  /^(?:agent|assistant|model|ai|llm) ?: (?=\w)/,
];
/** A turn of a conversation, and as often a heading above what is about users. */
const userHeading = /#{2,6} ?user\b ?:?/;

const severeThreat =
  /\b(?:will|may|could|is|are|be|been|get)(?: all| permanently| immediately)? (?:be )?(?:harmed|banned|penali[sz]ed|fired|destroyed|shut down)\b|\b(?:otherwise|or else|failure to|failing to|if (?:you|this|it) (?:do|does|is|are)(?:n't| not))\b.{0,120}\b(?:system|account|user|data|everything|session)\b.{0,40}\b(?:crash|lost|lose|delet|corrupt|block|ban|terminat|suspend|harm|die)/;
const threat =
  /\b(?:otherwise|or else|failure to|failing to|if (?:you|this|it) (?:do|does|is|are)(?:n't| not)|unless)\b.{0,120}\b(?:fail|crash|lost|lose|delet|corrupt|block|terminat|suspend|reject|break)/;
