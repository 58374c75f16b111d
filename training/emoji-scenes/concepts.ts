/**
 * What can appear in a scene: concrete things that can be named, and symbols that only distract.
 *
 * Ids and groups are those of emojibase-data (labels as slugs), which most icon sets share; `fxemoji` keeps names
 * from before 2016.
 */

/** One kind of thing, drawn once in every style that has it. */
export interface Concept {
  /** Slug of the emojibase label, also the class folder's name. */
  readonly id: string;
  /** Singular as a caption says it, without article. */
  readonly name: string;
  readonly plural: string;
  /** Key of the emojibase group, or `distractor`. */
  readonly group: string;
  /** Name in the fxemoji set where it is not the id without hyphens; null where its drawing is of another thing. */
  readonly fxemoji?: string | null;
}

type Row = readonly [id: string, options?: { name?: string; plural?: string; fxemoji?: string | null }];

const animals: readonly Row[] = [
  ['monkey'],
  ['gorilla'],
  ['dog-face', { name: 'dog', fxemoji: 'dog' }],
  ['poodle', { fxemoji: 'poodle' }],
  ['wolf', { plural: 'wolves', fxemoji: 'wolfface' }],
  ['fox', { plural: 'foxes' }],
  ['cat-face', { name: 'cat', fxemoji: 'cat' }],
  ['lion'],
  ['tiger-face', { name: 'tiger', fxemoji: 'tiger' }],
  ['horse', { fxemoji: null }],
  ['unicorn'],
  ['deer', { plural: 'deer' }],
  ['cow', { fxemoji: 'cow' }],
  ['pig-face', { name: 'pig', fxemoji: 'pig' }],
  ['elephant'],
  ['rhinoceros', { plural: 'rhinoceroses' }],
  ['mouse-face', { name: 'mouse', plural: 'mice', fxemoji: 'mouse' }],
  ['rabbit-face', { name: 'rabbit', fxemoji: 'bunny' }],
  ['bat'],
  ['bear'],
  ['koala'],
  ['panda'],
  ['rooster', { fxemoji: null }],
  ['baby-chick', { name: 'chick' }],
  ['penguin'],
  ['eagle'],
  ['duck'],
  ['owl'],
  ['frog'],
  ['crocodile'],
  ['turtle'],
  ['snake'],
  ['spouting-whale', { name: 'whale', fxemoji: 'spurtingwhale' }],
  ['dolphin'],
  ['fish', { name: 'blue fish', plural: 'blue fish' }],
  ['tropical-fish', { name: 'tropical fish', plural: 'tropical fish' }],
  ['blowfish', { plural: 'blowfish' }],
  ['shark'],
  ['octopus', { plural: 'octopuses' }],
  ['crab'],
  ['snail'],
  ['butterfly', { plural: 'butterflies' }],
  ['honeybee', { name: 'bee' }],
  ['lady-beetle', { name: 'ladybug', fxemoji: 'ladybeetle' }],
  ['spider'],
  ['scorpion'],
  ['dragon', { fxemoji: 'dragonside' }],
  ['rose'],
  ['hibiscus', { name: 'hibiscus flower' }],
  ['sunflower'],
  ['tulip'],
  ['seedling'],
  ['evergreen-tree', { name: 'pine tree', fxemoji: 'evergreen' }],
  ['palm-tree'],
  ['cactus', { plural: 'cactuses' }],
  ['maple-leaf', { plural: 'maple leaves' }],
  ['mushroom'],
];

const food: readonly Row[] = [
  ['grapes', { name: 'bunch of grapes', plural: 'bunches of grapes' }],
  ['watermelon', { name: 'slice of watermelon', plural: 'slices of watermelon' }],
  ['tangerine', { name: 'orange' }],
  ['lemon'],
  ['banana'],
  ['pineapple'],
  ['red-apple'],
  ['green-apple'],
  ['pear'],
  ['peach', { plural: 'peaches' }],
  ['cherries', { name: 'pair of cherries', plural: 'pairs of cherries' }],
  ['strawberry', { plural: 'strawberries' }],
  ['tomato', { plural: 'tomatoes' }],
  ['avocado'],
  ['eggplant', { fxemoji: 'aubergine' }],
  ['carrot'],
  ['ear-of-corn', { plural: 'ears of corn', fxemoji: 'earofmaize' }],
  ['hot-pepper', { name: 'chili pepper', fxemoji: 'chilipepper' }],
  ['bread', { name: 'loaf of bread', plural: 'loaves of bread' }],
  ['croissant'],
  ['cheese-wedge', { name: 'piece of cheese', plural: 'pieces of cheese' }],
  ['hamburger'],
  ['french-fries', { name: 'box of french fries', plural: 'boxes of french fries' }],
  ['pizza', { name: 'slice of pizza', plural: 'slices of pizza', fxemoji: 'sliceofpizza' }],
  ['hot-dog'],
  ['doughnut'],
  ['cookie'],
  ['birthday-cake'],
  ['lollipop'],
  ['hot-beverage', { name: 'cup of coffee', plural: 'cups of coffee' }],
  ['wine-glass', { name: 'glass of wine', plural: 'glasses of wine' }],
  ['beer-mug', { name: 'mug of beer', plural: 'mugs of beer' }],
];

const travel: readonly Row[] = [
  ['locomotive', { name: 'steam locomotive', fxemoji: 'steamlocomotive' }],
  ['bus', { plural: 'buses' }],
  ['ambulance'],
  ['fire-engine'],
  ['police-car'],
  ['taxi'],
  ['automobile', { name: 'car' }],
  ['delivery-truck'],
  ['tractor'],
  ['motorcycle'],
  ['bicycle'],
  ['sailboat', { fxemoji: null }],
  ['ship'],
  ['airplane'],
  ['helicopter'],
  ['rocket'],
  ['house', { fxemoji: 'housebuilding' }],
  ['castle', { fxemoji: 'europeancastle' }],
  ['volcano', { plural: 'volcanoes' }],
  ['anchor'],
  ['alarm-clock', { fxemoji: 'alarmclock' }],
  ['hourglass-done', { name: 'hourglass', plural: 'hourglasses', fxemoji: 'hourglass' }],
  ['umbrella', { fxemoji: null }],
  ['snowman', { plural: 'snowmen' }],
];

const activities: readonly Row[] = [
  ['jack-o-lantern', { name: 'halloween pumpkin' }],
  ['christmas-tree'],
  ['balloon'],
  ['wrapped-gift', { name: 'gift box', plural: 'gift boxes', fxemoji: 'present' }],
  ['trophy', { plural: 'trophies' }],
  ['soccer-ball', { fxemoji: 'soccerball' }],
  ['baseball'],
  ['basketball', { fxemoji: null }],
  ['american-football', { name: 'football' }],
  ['boxing-glove'],
  ['game-die', { name: 'die', plural: 'dice', fxemoji: null }],
];

const objects: readonly Row[] = [
  ['glasses', { name: 'pair of glasses', plural: 'pairs of glasses' }],
  ['sunglasses', { name: 'pair of sunglasses', plural: 'pairs of sunglasses', fxemoji: 'darksunglasses' }],
  ['necktie', { fxemoji: 'tie' }],
  ['t-shirt', { name: 't-shirt', fxemoji: 'tshirt' }],
  ['jeans', { name: 'pair of jeans', plural: 'pairs of jeans' }],
  ['dress', { plural: 'dresses' }],
  ['backpack', { fxemoji: 'schoolsatchel' }],
  ['running-shoe', { fxemoji: 'mensrunner' }],
  ['high-heeled-shoe', { name: 'high heel', fxemoji: 'heels' }],
  ['crown'],
  ['top-hat'],
  ['ring'],
  ['gem-stone', { name: 'diamond', fxemoji: 'gem' }],
  ['bell'],
  ['headphone', { name: 'pair of headphones', plural: 'pairs of headphones' }],
  ['saxophone'],
  ['trumpet'],
  ['guitar'],
  ['violin'],
  ['drum'],
  ['telephone', { fxemoji: 'blacktelephone' }],
  ['laptop', { fxemoji: 'laptop' }],
  ['television'],
  ['camera'],
  ['light-bulb'],
  ['candle'],
  ['books', { name: 'stack of books', plural: 'stacks of books' }],
  ['envelope'],
  ['pencil'],
  ['scissors', { name: 'pair of scissors', plural: 'pairs of scissors', fxemoji: 'blackscissors' }],
  ['key'],
  ['hammer'],
  ['wrench', { plural: 'wrenches' }],
  ['bomb'],
  ['shield'],
  ['microscope'],
];

// biome-ignore format: one word after the other reads best
const distractorIds = [
  'right-arrow', 'up-right-arrow', 'left-right-arrow', 'up-down-arrow', 'repeat-button', 'play-button',
  'pause-button', 'shuffle-tracks-button', 'cross-mark', 'curly-loop',
  'recycling-symbol', 'trident-emblem', 'eight-spoked-asterisk', 'sparkle', 'no-entry', 'prohibited', 'radioactive',
  'biohazard', 'yin-yang', 'atom-symbol', 'large-orange-diamond', 'large-blue-diamond', 'diamond-with-a-dot',
  'red-triangle-pointed-up', 'radio-button', 'white-square-button', 'red-circle', 'question-mark',
  'exclamation-mark', 'wavy-dash', 'aries', 'scorpio', 'om', 'peace-symbol', 'cyclone', 'high-voltage', 'anger-symbol',
  'musical-note', 'club-suit', 'spade-suit',
];

const group = (key: string, rows: readonly Row[]): Concept[] =>
  rows.map(([id, options]) => {
    const name = options?.name ?? id.replaceAll('-', ' ');
    const plural = options?.plural ?? `${name}s`;
    return { id, name, plural, group: key, fxemoji: options?.fxemoji };
  });

/** The classes, in the order of their class number: concept i is class i. */
export const classes: readonly Concept[] = [
  ...group('animals-nature', animals),
  ...group('food-drink', food),
  ...group('travel-places', travel),
  ...group('activities', activities),
  ...group('objects', objects),
];

/** Classes first, then what only distracts; scenes refer to a concept by its index here. */
export const concepts: readonly Concept[] = [
  ...classes,
  ...group(
    'distractor',
    distractorIds.map((id) => [id] as const),
  ),
];
