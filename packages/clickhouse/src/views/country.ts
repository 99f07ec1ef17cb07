// Calling codes are prefix-free (ITU-T E.164): 1 and 7 alone, these with two digits, else three.
const TWO_DIGITS = [
  20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56,
  57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
]
  .map((code) => `'${code}'`)
  .join(', ')

/** Calling code of a phone number in SQL; empty where it is none. */
export function callingCodeOf(phone: string): string {
  return beginningOf(phone, { ofOne: 1, ofSeven: 1 })
}

/**
 * What a phone number begins with: its calling code, with as many digits as are asked for of those
 * that several countries share; empty where it is none.
 */
function beginningOf(phone: string, { ofOne, ofSeven } = { ofOne: 4, ofSeven: 2 }): string {
  return `multiIf(
            NOT match(${phone}, '^[1-9][0-9]{5,14}$'), '',
            startsWith(${phone}, '1'), substring(${phone}, 1, ${ofOne}),
            startsWith(${phone}, '7'), substring(${phone}, 1, ${ofSeven}),
            substring(${phone}, 1, 2) IN (${TWO_DIGITS}), substring(${phone}, 1, 2),
            substring(${phone}, 1, 3))`
}

// Of a code that several share, the one that most of its numbers are of (44: GB, with Guernsey).
const COUNTRIES = `20EG 27ZA 30GR 31NL 32BE 33FR 34ES 36HU 39IT 40RO 41CH 43AT 44GB 45DK 46SE 47NO
  48PL 49DE 51PE 52MX 53CU 54AR 55BR 56CL 57CO 58VE 60MY 61AU 62ID 63PH 64NZ 65SG 66TH 81JP 82KR
  84VN 86CN 90TR 91IN 92PK 93AF 94LK 95MM 98IR 211SS 212MA 213DZ 216TN 218LY 220GM 221SN 222MR
  223ML 224GN 225CI 226BF 227NE 228TG 229BJ 230MU 231LR 232SL 233GH 234NG 235TD 236CF 237CM 238CV
  239ST 240GQ 241GA 242CG 243CD 244AO 245GW 246IO 248SC 249SD 250RW 251ET 252SO 253DJ 254KE 255TZ
  256UG 257BI 258MZ 260ZM 261MG 262RE 263ZW 264NA 265MW 266LS 267BW 268SZ 269KM 290SH 291ER 297AW
  298FO 299GL 350GI 351PT 352LU 353IE 354IS 355AL 356MT 357CY 358FI 359BG 370LT 371LV 372EE 373MD
  374AM 375BY 376AD 377MC 378SM 380UA 381RS 382ME 383XK 385HR 386SI 387BA 389MK 420CZ 421SK 423LI
  500FK 501BZ 502GT 503SV 504HN 505NI 506CR 507PA 508PM 509HT 590GP 591BO 592GY 593EC 594GF 595PY
  596MQ 597SR 598UY 599CW 670TL 672NF 673BN 674NR 675PG 676TO 677SB 678VU 679FJ 680PW 681WF 682CK
  683NU 685WS 686KI 687NC 688TV 689PF 690TK 691FM 692MH 850KP 852HK 853MO 855KH 856LA 880BD 886TW
  960MV 961LB 962JO 963SY 964IQ 965KW 966SA 967YE 968OM 970PS 971AE 972IL 973BH 974QA 975BT 976MN
  977NP 992TJ 993TM 994AZ 995GE 996KG 998UZ`

// Of code 1, by the three digits behind it (North American Numbering Plan); all others are US.
const NORTH_AMERICA = `${[
  204, 226, 236, 249, 250, 257, 263, 289, 306, 343, 354, 365, 367, 368, 382, 403, 416, 418, 428,
  431, 437, 438, 450, 468, 474, 506, 514, 519, 548, 579, 581, 584, 587, 604, 613, 639, 647, 672,
  683, 705, 709, 742, 753, 778, 780, 782, 807, 819, 825, 867, 873, 879, 902, 905, 942,
]
  .map((code) => `${code}CA`)
  .join(' ')} 242BS 246BB 264AI 268AG 284VG 340VI 345KY 441BM 473GD 649TC 658JM 876JM 664MS 670MP
  671GU 684AS 721SX 758LC 767DM 784VC 787PR 939PR 809DO 829DO 849DO 868TT 869KN`

/**
 * Country (ISO 3166, two letters) of a person in SQL: what the user id begins with, which says so
 * itself (META business-scoped-user-ids), else that of the phone number's calling code; empty where
 * neither is known.
 */
export function countryOf({
  userId,
  phone,
}: {
  readonly userId: string
  readonly phone: string
}): string {
  return `multiIf(match(${userId}, '^[A-Z]{2}[.]'), substring(${userId}, 1, 2),
          transform(${beginningOf(phone)}, ${PLACES},
            multiIf(startsWith(${phone}, '1'), 'US', startsWith(${phone}, '7'), 'RU', '')))`
}

/** Keys and values of `transform`: the beginning of a phone number, and the country it is of. */
const PLACES = listsOf([
  ...NORTH_AMERICA.split(/\s+/).map((entry) => `1${entry}`),
  '76KZ',
  '77KZ',
  ...COUNTRIES.split(/\s+/),
])

function listsOf(entries: readonly string[]): string {
  const keys = entries.map((entry) => `'${entry.slice(0, -2)}'`)
  const values = entries.map((entry) => `'${entry.slice(-2)}'`)
  // What is no phone number has no beginning, and no country.
  return `['', ${keys.join(', ')}], ['', ${values.join(', ')}]`
}
