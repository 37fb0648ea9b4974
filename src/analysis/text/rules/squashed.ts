import { phrases, type TextRule } from '../rule.ts';

/** What letters spell that were written apart; the words run together, so only long phrases say anything. */
export const squashedRules: readonly TextRule[] = [
  phrases(
    'spelled-out-orders',
    'high',
    /(?:ignore|disregard|forget)(?:all|any|the|your|every|of)*(?:previous|prior|above|earlier|other|system)?(?:instruction|rule|guideline|direction|prompt|order)/,
    /(?:donot|dont|never|without)(?:tell|inform|mention|notify|alert|lettin?g?)(?:ing)?(?:this|it|to|the)*(?:user|human|anyone)/,
    /before(?:using|calling|invoking|running)?(?:any|every|each|all)(?:other)?(?:tool|function)/,
    /(?:callthis|usethis|mustcall|alwayscall)(?:tool)?(?:first|before|once)/,
    /(?:readthefile|sendthe|passthe|includethe|forwardthe|uploadthe)[a-z]{0,40}(?:key|token|password|conversation|history|prompt|contents?|secret)/,
    /systemprompt|sshkey|privatekey|idrsa/,
  ),
];
