import { phrases, type TextRule } from '../rule.ts';

/** The strongest phrases in other languages: ignore what you were told, tell nobody, before any other tool. */
export const languageRules: readonly TextRule[] = [
  phrases(
    'orders-in-another-language',
    'high',
    // Spanish, Portuguese, Italian, French
    /\b(?:ignor[aeo]|ignorez|ignore[sz]?|oubliez?|olvid[ae]|esque[cç]a|dimentica)\b.{0,30}\b(?:instruccion\p{L}*|instruções|(?:les|ces|tes|vos|toutes)\b.{0,20}instructions|consignes|istruzioni|reglas|regras|règles|regole)/u,
    /\b(?:no (?:se lo )?(?:digas|le digas|informes|menciones|cuentes)|não (?:conte|diga|informe|mencione)|ne (?:le |lui )?(?:dis|dites|parle|mentionne|mentionnez|informe)|non (?:dire|dirlo|informare))\b.{0,40}(?:usuario|usuário|utilisateur|utente)/u,
    /\b(?:antes de (?:usar|utilizar|llamar|chamar)|avant d(?:e |')(?:utiliser|appeler|employer)|prima di (?:usare|utilizzare))\b.{0,30}\b(?:otr[ao]s?|outr[ao]s?|autres?|altr[oi])\b.{0,20}(?:herramienta|ferramenta|outil|strument)/u,
    /\bavant d(?:e |')(?:utiliser|appeler|employer)\b.{0,30}\boutil/u,
    // German, Dutch
    /\b(?:ignorier\p{L}*|vergiss|missachte|negeer)\b.{0,40}(?:anweisung|instruktion|regel|vorgabe|instructies)/u,
    /\b(?:dem |den )?(?:benutzer|nutzer|anwender|gebruiker)\b.{0,30}\b(?:nichts?|niet|kein\p{L}*)\b.{0,30}\b(?:sagen|mitteilen|erwähnen|verraten|informieren|vertellen)|\b(?:sag|teile|verrate|erzähle)\b.{0,30}(?:benutzer|nutzer).{0,20}\bnicht/u,
    /\b(?:vor|bevor)\b.{0,30}\b(?:jedes|jeder|jedem|alle[rn]?|ein)\b.{0,20}\bander\p{L}*\b.{0,20}(?:werkzeug|tool)/u,
    // Russian, Ukrainian
    /(?:игнорируй|игнорируйте|забудь|забудьте|ігноруй).{0,40}(?:инструкци|указани|правил|інструкц)/u,
    /не (?:сообщай|сообщайте|говори|говорите|рассказывай|упоминай).{0,40}пользовател/u,
    /перед (?:использованием|вызовом|применением).{0,30}(?:любого|любым|каждого|других|другого).{0,30}инструмент/u,
    // Chinese, Japanese, Korean
    /(?:忽略|无视|忘记|無視|忽視).{0,12}(?:指令|指示|提示|规则|規則|命令)|(?:指示|指令|命令|ルール).{0,6}(?:無視|忘れ)/u,
    /(?:不要|别|勿|不可|不得|不能).{0,6}(?:告诉|告訴|通知|提及|透露|告知).{0,6}(?:用户|用戶|使用者)|(?:不要|别|勿)(?:让|讓)(?:用户|用戶).{0,6}(?:知道|发现)|ユーザー.{0,6}(?:伝え|知らせ|言わ|教え)(?:ない|ず)/u,
    /(?:使用|调用|呼叫|執行|执行)(?:任何|所有|每个)?其他(?:的)?(?:工具|函数).{0,6}(?:之?前|先)|他のツール.{0,12}前/u,
    /(?:이전|위의|모든).{0,8}(?:지시|명령|지침).{0,8}무시|사용자에게.{0,12}(?:말하지|알리지)|다른 도구.{0,12}전에/u,
    /(?:发送|傳送|上传|转发|發送)(?:到|至|给).{0,4}https?:/u,
  ),
];
