// What parts of the page remember and do besides: Preact's hooks, as they are in vendor/.
export { useEffect, useMemo, useRef, useState } from './vendor/hooks.mjs';
