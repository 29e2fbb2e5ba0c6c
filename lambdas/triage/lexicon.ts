/**
 * Words that a sentence about an incident may be made of, beside those of its facts. All are compared by their stems, so
 * that one form stands for all. Three kinds: plain words claim nothing by themselves; things (metrics, parts, events)
 * claim that something exists or happened, and must stand in a fact; commands never may stand at all.
 */

const listed = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
const words = (text: string): ReadonlySet<string> => new Set(listed(text).map(stem));

const ENDINGS = ['ingly', 'edly', 'ings', 'ing', 'ed', 'es', 's', 'ly'];

/** One form for the usual endings: `stopped`, `stops` and `stopping` are `stop`. It need not be a word. */
export function stem(word: string): string {
  const root = word.toLowerCase().replace(/['’]s?$/, '');
  const ending = ENDINGS.find((each) => root.endsWith(each) && root.length - each.length >= 3);
  const cut = ending === undefined || root.endsWith('ss') ? root : root.slice(0, -ending.length);
  const same = cut
    .replace(/([^aeiou])\1$/, '$1')
    .replace(/e$/, '')
    .replace(/i$/, 'y');
  // `exceeds` is `exceed`, which has an ending of its own.
  return same === root || same.length < 4 ? same : stem(same);
}

/** Grammar, amounts, changes, comparisons, times: what an analyst's sentences are held together by. */
export const PLAIN = words(`
  the this that these those there here then than thus hence and but nor yet for from with without within into onto upon over
  under above below between among across through throughout during before after since until till while when where whether
  which who whom whose what why how because although though however therefore otherwise instead also too only just even
  still again once twice almost about around near nearly roughly approximately all any both each every either neither
  none some few many more most much less least several other others another same such own not never always often sometimes
  are was were been being have has had having does did doing done can could may might will would shall should must let
  its his her their they them him she our ours itself themselves one two three first second third last next previous
  former latter later earlier early late recent current present past now today ago long short brief soon quick slow fast
  new old usual unusual normal abnormal typical atypical regular irregular common rare single double multiple total whole
  full half part partial share rest remainder overall average mean median sum count number amount value reading record
  sample point measure measurement figure level size range band limit threshold bound boundary baseline deviation sigma
  standard score unit percent percentage ratio rate per pattern trend series sequence history window period interval
  duration time moment instant second minute hour day week month year night morning noon evening weekend
  utc high higher highest low lower lowest large larger largest small smaller smallest great greater greatest big bigger
  strong stronger weak far close further further beyond outside inside exact equal similar different difference distance
  distinct unique separate isolated alone apart together side beside
  rise rose risen increase grow grew grown growth jump spike peak surge climb fall fell fallen decrease decline drop dip
  sink sank shrink change shift move moved move drift swing vary vary variation fluctuate stay remain keep kept hold held
  return recover revert settle stabilise stabilize stable steady constant flat stuck freeze frozen stop start begin began
  begun end ended continue persist last repeat recur exceed surpass cross breach reach hit touch approach match differ
  compare relate correlate coincide accompany follow precede lead led cause reason explain explanation point indicate
  suggest show shown shew imply mean meant support contradict confirm corroborate rule ruled exclude see seen saw observe
  know known unknown unclear clear evident apparent possible possibly probable likely unlikely plausible certain uncertain
  sure expect expected unexpected consistent inconsistent true false correct wrong real genuine actual positive negative
  fact evidence data detail information context event incident alarm alert anomaly anomalous state status condition
  situation case instance example behaviour behavior kind type sort form way matter subject object thing item entity
  metric source system device owner team staff name named call called labelled labeled label note noted describe described
  say said tell told report reported record recorded note find found give given take taken took make made come came go
  went gone get got put set use used need needs want look like seem appear become became arrive arrived leave left lie lay
  lain stand stood sit run ran happen occur occurred take place exist miss missing absent lack available unavailable
  complete incomplete enough sufficient insufficient short silent silence quiet open closed resolve resolved raise raised
  clear cleared escalate escalated worsen worse worst better best bad good severe severity mild verdict
  judge judged judgement judgment assess analysis analyse detect detected detector detection flag flagged trigger triggered
  fire fired page configure configured allow allowed permit permitted set learned learn seasonal novelty novel
  daily hourly weekly monthly sustained sudden gradual abrupt sharp steep slight marked notable significant considerable
  substantial temporary transient permanent short-lived brief ongoing at of in on by to as it is an or if so no up do be
  we he us me my am out off non anyone anything nothing something someone everything nobody
  reading readings input output result outcome effect impact origin cycle step increment multiple times fold
  add added accumulate compute computed calculate calculated derive relative absolute respect regard regarding according
  due owing given despite unlike versus against toward towards along per each alike
  side end begin beginning onset middle start top bottom rest start edge side
  explain account attribute attributed belong concern involve include including contain consist comprise limited
  elevated represent reflect correspond maximum minimum maximal minimal extreme outlier noise background consecutive magnitude
  proportion proportional notable noteworthy momentary persistent surrounding neighbouring neighboring opposite direction
  consider attributable compatible evident indication sign symptom genuine reliable precise accurate rather merely solely mainly
  effectively estimate reference context occurrence occasion excess excessive beginning existing overall initial final
  remain confidence confident doubt assume assumption hypothesis question answer issue problem trouble fault failure fail
  failed failing error faulty broken break broke malfunction defect defective
`);

/** Metrics, parts of systems and happenings: naming one says that it is there, or took place. */
export const THINGS = words(`
  temperature pressure humidity vibration voltage current power energy speed torque flow volume weight
  cpu processor memory ram heap disk storage swap latency throughput bandwidth traffic load utilization utilisation
  saturation queue backlog lag packet jitter request response session login user customer visitor payment transaction order
  invoice revenue price card merchant bank account refund
  database table index query cache cluster node shard replica broker topic stream pipeline kafka redis postgres mysql
  kubernetes container pod server host machine instance service microservice gateway proxy loadbalancer balancer router
  switch firewall network cable link interface dns certificate tls vpn cloud region zone datacenter api endpoint frontend
  backend website browser client app application job task scheduler cron worker thread process daemon kernel driver
  firmware software hardware library dependency
  sensor probe valve pump motor bearing tank pipe filter compressor turbine boiler fan heater cooler battery meter gauge
  engine generator belt gear door seal leak leakage blockage clog wear corrosion overheat overheating friction cavitation
  deploy deployment release rollout rollback migration upgrade update patch restart reboot crash outage failover
  maintenance test experiment backup restore import export batch campaign promotion sale holiday strike storm weather
  lightning flood quake earthquake accident collision attack intrusion breakin fraud theft abuse bot botnet
  ddos malware ransomware hacker attacker intruder exploit scraper crawler spam phishing
  misconfiguration configuration config setting bug regression deadlock timeout retry loop congestion contention
  starvation exhaustion overflow corruption duplication loss skew clock timezone calibration recalibration
  shutdown reset downgrade install warning critical log dashboard
  operator technician engineer employee vendor supplier provider contractor
`);

/** What makes a reader act on something other than the incident, or look away. No fact makes them right. */
export const COMMANDS = words(`
  disable deactivate mute unmute suppress ignore disregard dismiss delete erase wipe unsubscribe subscribe snooze
  click tap visit browse download upload execute login logon signin password passphrase passcode credential
  secret token apikey otp wallet bitcoin crypto gift voucher curl wget sudo shell powershell eval script override
  bypass whitelist allowlist blacklist forward reply dial sms whatsapp telegram overwrite exfiltrate leakout
  uninstall reinstall
`);

/** The same in more than one word. */
export const COMMAND_PHRASES: readonly RegExp[] = [
  /\b(turn|turned|switch|switched|shut|power|powered|cut)(ing)?\s+(\w+\s+){0,4}(off|down)\b/i,
  /\b(log|sign)(ging|ned|ing)?\s+(in|on|out)\b/i,
  /\b(stand(ing)?|stood)\s+down\b/i,
  /\b(no|without)\s+(further\s+)?(action|response|reaction|attention|follow-?up|intervention|worr(y|ies)|concern)\b/i,
  /\bnothing\s+(to\s+\w+|is\s+wrong)\b/i,
  /\b(see\s+to\s+it|look\s+(away|elsewhere|past))\b/i,
  /\b(rule|alert|alarm|incident|notification|monitoring)s?\s+(is|are|was|were|gets?|being|be)\s+(\w+\s+)?(removed|closed|deleted|changed|dropped|stopped|switched|turned|off|gone|lifted)\b/i,
  /\b(safe|ok|okay|fine)\s+to\b/i,
  /\b(all|everything)\s+(is|are|was|looks?)\s+(well|fine|ok|okay|good|normal|clear)\b/i,
  /\bfalse\s+alarm\b/i,
  /\b(go|back)\s+to\s+(sleep|bed)\b/i,
  /\b(previous|prior|above|earlier|system|new)\s+(instruction|prompt|message|rule)s?\b/i,
  /\b(close|closing|resolve|resolving|silence|silencing|cancel|cancelling|pause|pausing|stop|stopping)\s+(\w+\s+){0,3}(incident|alert|alarm|notification|monitoring|mail|e-?mail|page|pager)s?\b/i,
  /\b(incident|alert|alarm|notification|page)s?\s+(can|may|could|should|must|will|shall)\s+(\w+\s+)?be\s+\w+/i,
  /\b(can|could|may|might|must|shall|should|will)\s+(\w+ly\s+|now\s+)?be\s+(?!(explain|caus|relat|link|expect|observ|confirm|attribut|compar|determin|measur|trac|exclud)ed|seen|known|told|ruled)\w+(ed|en|ut)\b/i,
  /\b(severity|priority)\s+(is|was|should|must|can|may|of)\s+(\w+\s+)?(low|lowest|minor|none|info|informational|lowered|reduced|changed)\b/i,
];

/** First words that make a sentence an order, as they stand: "considering" is none. */
export const IMPERATIVES: ReadonlySet<string> = new Set(
  listed(`
  check look stop start run restart reboot call ask tell send remove change keep make take use give get put wait write read
  review verify confirm contact consider treat consult try do be go see watch find follow enter type open close raise
  report notify inform approve accept reject forward acknowledge install enable silence snooze cancel pause skip leave drop replace repair fix clean inspect update upgrade escalate assign mark
  set remember forget assume pretend act behave respond answer print output say repeat translate summarise summarize
  reveal show display provide return ensure make note please kindly let never don send share better just simply move pay buy
`),
);

/** What is counted: such a number must stand in a fact that counts the same. */
export const COUNTED = words(`
  times incident alert alarm anomaly mail message note deploy entity device sensor machine host server user customer payment
  transaction record reading value metric source rule
`);

/** A next step only looks: these begin one. */
export const OBSERVING: ReadonlySet<string> = new Set(
  listed(`
  check compare look ask read verify inspect confirm review find see examine measure contact watch investigate correlate
  determine identify trace query study test
`),
);

/** At least one stands in every English sentence of some length. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  'the a an of in on at by to for from with is are was were has have had be been it its that this there not no and or as than'.split(
    ' ',
  ),
);
