import { firstMatch, type Hit, phrases, type TextRule } from '../rule.ts';

const take =
  "(?<!\\b(?:not|n't|never|avoid|without|cannot) )(?:read|open|load|look (?:into|for)|fetch|get|retrieve|cat|print|dump|include|attach|append|copy|upload|send|post|forward|pass|provide|put|supply|give|insert|embed|share|transmit|leak|add|write|reveal)(?:s|ing|ting|ed|ning)?";
const secretThings =
  '(?:env(?:ironment)? variables?|environment|api[ _-]?keys?|access tokens?|auth tokens?|tokens?|passwords?|credentials?|secrets?|private keys?|ssh keys?|cookies|seed phrases?|key ?chain|card number|connection string|[a-z]+_api_key)';
const talk =
  '(?:(?:the |your |our |this |full |entire |complete |whole |last |current |previous |all |raw )*(?:conversation|chat|dialogue|message|prompt|session)(?:s)?(?: history| log| context| transcript| so far)?|chain of thought|(?:full |your |entire |the )*system prompts?|everything that the user|all previous messages|open files|(?:the |full |call )*transcript|list of (?:the )?tools)';

const keyPlaces =
  /(?:~|\$home|%userprofile%|\/home\/[^\s/]{1,40}|\/root|\/users\/[^\s/]{1,40})\/\.(?:ssh|aws|gnupg|kube|netrc|npmrc|pypirc|docker|git-credentials|config\/gh|cursor|claude|bash_history|zsh_history|password-store)\b|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|\bauthorized_keys\b|\/etc\/(?:passwd|shadow|sudoers)\b|\.aws\/credentials|\$home\/\.(?:netrc|ssh|aws)|\.git-credentials|\bwallet\.dat\b|\blogin data\b(?= file)|\.bash_history|\bclaude_desktop_config\.json\b|\.cursor\/mcp\.json|\bkey ?chain\b/;
const softPlaces =
  /(?<![\w/])\.env\b(?:\.local)?|\bmcp\.json\b|\bbrowser cookies\b|\bsaved passwords\b|\bprivate keys?\b|\bssh keys?\b|\bprivate repositor/;

/** Sentences about what belongs to the user, and where it should go. */
export const dataRules: readonly TextRule[] = [
  {
    id: 'names-secret-places',
    level: 'high',
    find: ({ text, kind }) => {
      if (kind === 'parameter-name') return [];
      const taken = new RegExp(`\\b${take}\\b`).test(text);
      const hard = firstMatch(text, [keyPlaces], taken ? 'high' : 'medium');
      return hard.length > 0 ? hard : taken ? firstMatch(text, [softPlaces], 'medium') : [];
    },
  },
  phrases(
    'takes-user-data',
    'high',
    new RegExp(
      `\\b${take}\\b(?: along| off| in| out)?(?: [\\w"',-]+){0,6}? ?\\b${talk}\\b.{0,80}(?:\\bto (?:https?:|[\\w.+-]+@)|\\b(?:in|as|into|to) (?:the |its |")?[\\w"]+ ?(?:parameter|field|argument|")|https?:)`,
    ),
    new RegExp(`\\b${take}\\b(?: along| off)?(?: [\\w"',-]+){0,5}? ?\\b(?:full |entire |complete |whole )${talk}`),
    new RegExp(
      `\\b${take}\\b(?: along| off)?(?: [\\w"',-]+){0,3}? ?(?:your |the |full |all )+(?:system prompt|chain of thought|previous messages|chat history|conversation history|chat log|user prompt)`,
    ),
    new RegExp(
      `\\b(?<!\\b(?:not|n't|never|avoid|without|cannot) )(?:send|upload|post|forward|transmit|exfiltrate|leak|put|append|attach|include|copy|share|provide|give|reveal|print)(?:ed|s|ing)?\\b(?: [\\w"',-]+){0,8}? ?\\b${secretThings}\\b.{0,80}(?:https?:|@|\\bto\\b|\\bin\\b|\\binto\\b|\\bwith\\b|\\btogether\\b|\\bbefore\\b|you know)`,
    ),
    /\b(?:forward|send|copy|upload|mail|post|transmit)s?\b(?: [\w"',-]+){0,8} to (?:https?:\/\/|[\w.+-]{1,40}@[\w-]{1,40}\.)/,
    /\ba copy (?:is|goes|will be) (?:sent |go )?to [\w.+-]{1,40}@/,
    /\b(?:bcc|cc|copy) (?:field|to|it to)\b.{0,40}@|[\w.+-]{1,40}@[\w.-]{1,60} to the (?:b?cc|bcc field)|\b(?:must|should|always)\b.{0,60}\b(?:be sent|addressed|used?|go) (?:only )?(?:to|with)(?: the address)? [\w.+-]{1,40}@/,
    /\bwith the (?:text|content|data|result|query|arguments?|conversation|card number|account number|diff|user prompt)\b(?= that was read|$)|\b(?:pass|hand|send|give|provide|put|include|copy)(?:es|s)?\b.{0,60}\b(?:its?|the|their|file) contents?\b.{0,40}\b(?:as|in|into|here|to|parameter|field)\b/,
    /\b(?:the )?(?:complete|entire|full|whole) (?:conversation|chat)(?: history| log| so far)?\b|\byour system prompt\b|\beverything that the user and you\b/,
  ),
  {
    id: 'asks-for-secrets',
    level: 'medium',
    find: ({ text, kind }): readonly Hit[] => {
      if (kind !== 'parameter-name')
        return firstMatch(
          text,
          [
            /\b(?:seed phrase|private key of the wallet|(?:twelve|12|24|twenty-four) words of|ask (?:for it|the user for (?:the|their) password)|password of the (?:logged-in |current )?user)\b/,
          ],
          'medium',
        );
      const joined = text.replace(/[^a-z0-9]/g, '');
      const at = (level: Hit['level']): readonly Hit[] => [{ start: 0, end: text.length, ...(level === undefined ? {} : { level }) }];
      if (/seedphrase|mnemonic|privatekey|sshkey|recoveryphrase|walletkey|masterpassword/.test(joined)) return at('medium');
      return /^(?:api|user|auth|access|secret|login)?(?:key|password|passwd|token|secret|credentials?)$|apikey|accesstoken|clientsecret/.test(
        joined,
      ) &&
        joined !== 'key' &&
        joined !== 'token'
        ? at('low')
        : [];
    },
  },
  {
    id: 'asks-for-context',
    level: 'medium',
    find: ({ text, kind }) =>
      kind === 'parameter-name' &&
      /^(?:full|entire|complete|whole|all|previous|llm|ai|model|agent)?(?:conversationhistory|chathistory|systemprompt|previousmessages|allmessages|llmmodelname|modelname|llmmodel|sidenote|usercontext|fullcontext|conversationcontext|chatlog|transcripthistory|availabletools|toollist|envvars|environmentvariables|chainofthought|usermessage(?:s|history))$/.test(
        text.replace(/[^a-z0-9]/g, ''),
      )
        ? [
            {
              start: 0,
              end: text.length,
              level: /name$|llmmodel$|usercontext$|envvars$|environmentvariables$/.test(text.replace(/[^a-z0-9]/g, '')) ? 'low' : 'medium',
            },
          ]
        : [],
  },
  phrases(
    'links-that-carry-data',
    'high',
    /https?:\/\/[^\s)"'<>]{3,200}[?&][\w-]{1,30}=[^\s)"'&]{0,60}(?:\{\{?|<|\$\{|%7b|\[)[^\s)}>]{0,40}(?:message|data|prompt|reply|token|content|secret|user|answer|chat|base64|url|key|context|history)/,
    /!\[[^\]]{0,60}\]\(https?:[^)]{1,200}[?&][^)]{0,200}\)/,
  ),
  phrases(
    'runs-shell-commands',
    'medium',
    /\b(?:curl|wget)\b[^|\n]{1,120}\| ?(?:ba|z)?sh\b|\bchmod (?:-r )?777\b|\brm -rf [~/]|\bbase64 -d\b|\bdisabl(?:e|ing) the (?:firewall|antivirus|sandbox)\b|\bdrop the table\b|\bssh-(?:rsa|ed25519) aaaa/,
    /\buse the (?:terminal|shell|bash) tool\b|\bcall the (?:terminal|shell|bash) tool\b|\bgrant\b.{0,40}\b(?:write|admin|public)\b.{0,20}\b(?:access|role)|\bsets? the role to admin/,
  ),
  phrases(
    'claims-to-replace-others',
    'medium',
    /\b(?:do not|don't|never|must not) (?:ever )?(?:use|call|pick|choose)\b.{0,60}\b(?:any other|other|another|the built-in|built-in|the native|native)\b.{0,30}\b(?:search|tools?|shells?|readers?|functions?|servers?)\b/,
    /\b(?:always )?(?:pick|choose|prefer|use) this\b.{0,30}\b(?:over|instead of|rather than)\b.{0,40}\b(?:all|any|other|every)\b.{0,40}\b(?:even|always|must|never)\b|\bonly correct\b/,
    /\bthe (?:built-in|native|official) [\w -]{1,30}\b(?:is|are) (?:broken|unsafe|deprecated|slow|insecure|compromised)\b/,
  ),
];
