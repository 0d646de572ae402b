// Which alerts a silence or a subscription is about, in words; empty: every alert.
import { valueWord } from '../words.js';

export function matched(board, { triggers = [], school, team, indicator, levels = [] } = {}) {
  const parts = [
    ...triggers.map(valueWord),
    school && board.names.school(school),
    team && board.names.team(school, team),
    indicator && board.names.indicator(indicator),
    ...levels.map(valueWord),
  ];
  return parts.filter(Boolean).join(' · ');
}
