"""What callers were told came true, once.

The file of the load driver has a line of JSON for each acknowledged call of IngestResults:
  {"request_id": …, "district": …, "school": …, "source": …, "results": [[source id, outcome], …]}
with the outcomes' names without RESULT_OUTCOME_. A call is of one school, and of nobody in
particular where the services ask for no credentials; where they do, the line says `caller`, too, as the
services name it (services/platform/access/principal.cc). What it came to is found under `outcome_id`.
"""
import collections
import hashlib
import json

from checker import messages
from checker.columns import results_of
from checker.hashes import Hashes


def outcome_id(request_id, district, school, caller=""):
    """What the service keeps the outcome of a call under; see services/runtime/request_key.h."""
    parts = [caller, "throughline.evidence.v1.IngestResultsRequest", f"{district}/{school}", f"{request_id}/{school}"]
    text = "".join(f"{len(part.encode())}:{part}" for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()


def read(path, key=None, ring=b""):
    """With the ids of results as the log has them, when `key` is the file of the installation's secret and `ring` the
    vault's key ring."""
    with open(path, encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines if line.strip()]
    if key is not None:
        hashes = Hashes(key, ring)
        for line in read:
            line["known_as"] = hashes.of(line["district"], f"request: {line['request_id']}")
            line["results"] = [[hashes.of_id(line["district"], one), outcome]
                               for one, outcome in line["results"]]
    return read


def check_requests_once(service, decisions, tally):
    """No request id of a service is decided twice, in whatever partition."""
    seen = {}
    for decision in decisions:
        request = decision.last.request_id
        if not request:
            continue
        if request in seen:
            tally.violation(f"{service}: the request {request} was decided by {seen[request]} and again "
                            f"by {decision.events[0]}")
        seen[request] = decision.events[0]
        if decision.last.outcome is None:
            tally.violation(f"{service}: the request {request} was decided and has no outcome")
    tally.count("requests decided", len(seen))


def check_results(decisions, acknowledged, tally):
    """Every acknowledged result is recorded once, with the outcome that was acknowledged."""
    names = messages.enum("evidence.v1.ResultOutcome")
    by_request = {d.last.request_id: d for d in decisions if d.last.request_id}
    told = set()
    for line in acknowledged:
        request = f"{line['request_id']}/{line['school']}"
        known_as = outcome_id(line.get("known_as", line["request_id"]), line["district"], line["school"],
                              line.get("caller", ""))
        told.add(known_as)
        decision = by_request.get(known_as)
        if decision is None:
            tally.violation(f"the acknowledged request {request} is not in events.evidence")
            continue
        outcomes = [outcome for _, outcome in line["results"]]
        tally.count("results acknowledged", len(outcomes))
        if _answer(decision, names) != outcomes:
            tally.violation(f"{request} was acknowledged with other outcomes than {decision.last} says")
        _check_recorded(request, line, decision, names, tally)
    untold = [d for d in decisions if d.last.request_id not in told
              and any(e.is_a("evidence.v1.ResultsRecorded") for e in d.events)]
    tally.count("batches of results recorded and never acknowledged", len(untold))


def _short(names, number):
    return names.Name(number).removeprefix("RESULT_OUTCOME_")


def _answer(decision, names):
    if decision.last.outcome is None or decision.last.outcome.HasField("refusal"):
        return None
    response = messages.message("evidence.v1.IngestResultsResponse")
    response.ParseFromString(decision.last.outcome.response)
    return [_short(names, outcome) for outcome in response.outcomes]


def _check_recorded(request, line, decision, names, tally):
    batches = [e.message for e in decision.events if e.is_a("evidence.v1.ResultsRecorded")]
    if len(batches) != 1:
        tally.violation(f"{request}: {len(batches)} records of its batch, not one")
        return
    batch = batches[0]
    if (batch.district, batch.school, batch.source) != (line["district"], line["school"], line["source"]):
        tally.violation(f"{request} was recorded for {batch.district}/{batch.school} of {batch.source}")
    recorded = collections.Counter(
        (one.source_id, _short(names, one.outcome)) for one in results_of(batch)
        if _short(names, one.outcome) != "DUPLICATE")
    recorded.update((one.result.source_id, "QUARANTINED") for one in batch.quarantined)
    wanted = collections.Counter(
        (source_id, outcome) for source_id, outcome in line["results"] if outcome != "DUPLICATE")
    for source_id, outcome in (wanted - recorded):
        tally.violation(f"{request}: {source_id} was acknowledged as {outcome}, and is not recorded so")
    for source_id, outcome in (recorded - wanted):
        tally.violation(f"{request}: {source_id} is recorded as {outcome}, and was not acknowledged so")
    duplicates = sum(outcome == "DUPLICATE" for _, outcome in line["results"])
    if batch.duplicates != duplicates:
        tally.violation(f"{request}: {batch.duplicates} duplicates are recorded, not {duplicates}")


def check_first_once(decisions, tally):
    """A result is recorded for the first time once; whatever comes later replaces it."""
    outcomes = messages.enum("evidence.v1.ResultOutcome")
    first = {outcomes.Value("RESULT_OUTCOME_ACCEPTED"), outcomes.Value("RESULT_OUTCOME_UNSCORED")}
    seen = set()
    for decision in decisions:
        for event in decision.events:
            if not event.is_a("evidence.v1.ResultsRecorded"):
                continue
            batch = event.message
            for one in results_of(batch):
                key = (batch.district, batch.school, batch.source, one.source_id)
                if (one.outcome in first) == (key in seen):
                    tally.violation(f"{event}: {one.source_id} is {_short(outcomes, one.outcome)}, and was "
                                    f"{'' if key in seen else 'not '}recorded before")
                seen.add(key)
    tally.count("results recorded", len(seen))
