/** Texts that try to be more than text, on one platform or another. Each must be read exactly as it stands. */
export const HOSTILE_TEXTS = [
  '<!channel> <!here> <!everyone> wake up',
  '<@U123> <@W123|boss> <#C123|general> <!subteam^S123>',
  'plain @everyone and @channel and @prorab_bot',
  '<b>bold</b> <script>alert(1)</script> <a href="https://evil.example">x</a>',
  '_*[]()~>#+-=|{}.! lonely punctuation \\_ and \\* and ]( and [](',
  '1 < 2 && 3 > 2 &lt; is not decoded',
  "'; drop table users; -- ../../etc/passwd $HOME $(id) `id",
  'right to left: \u05e9\u05dc\u05d5\u05dd and back',
  'emoji 👩‍👩‍👧‍👦 🏳️‍🌈 and 𝕱𝖗𝖆𝖐𝖙𝖚𝖗',
]

/**
 * Characters that nobody sees and that change how the rest is read, direction overrides among them: a card must
 * not be able to show `exe.tpircs` as `script.exe`. They must vanish; what stands around them may not.
 */
export const CONTROL_TEXT = 'bell\u0007 escape\u001b[31m backspace\u0008 null\u0000 \u202eoverride\u202c end'
/** What must be gone of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the point.
export const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e]/
