"""What the summary of the demo must say of surveys, visits, practices, offers and plan reviews: recomputed from the
script that its people live by."""
import collections
import json
import pathlib
import statistics

SCRIPTS = pathlib.Path(__file__).parents[2] / "deploy" / "demo"
FEWEST_RATERS = 5
FEWEST_ROOMS = 4


def read(district):
    return json.loads((SCRIPTS / f"{district}.json").read_text())


def surveys(script, schools):
    """By the name of a round; `schools` are those of the district, which may answer."""
    expected = {}
    for survey in script["surveys"]:
        raters = {one["school"]: [levels for group in ("staff", "leaders", "district") for levels in one.get(group, [])]
                  for one in survey["answers"]}
        shown = {school: levels for school, levels in raters.items() if len(levels) >= FEWEST_RATERS}
        opened_in = 1 if "school" in survey else schools
        # Of each factor of a school the mean is shown in hundredths.
        means = [statistics.mean(round(statistics.mean(int(one[i]) for one in levels), 2) for i in range(12))
                 for levels in shown.values()]
        expected[survey["name"]] = {
            "schools_shown": len(shown), "schools_with_too_few_raters": opened_in - len(shown),
            "raters": sum(map(len, shown.values())), "mean_level": statistics.mean(means)}
    return expected


def visits(script):
    states, commitments, look_fors = collections.Counter(), collections.Counter(), {}
    for visit in script["visits"]["visits"]:
        outcomes = [one.get("outcome", "open").replace(" ", "_") for one in visit["commitments"]]
        commitments.update(outcomes)
        states["debriefed" if "open" in outcomes else "followed_up"] += 1
        if len(visit["rooms"]) < FEWEST_ROOMS:
            continue
        for look_for in visit["look_fors"]:
            rooms = look_fors.setdefault(look_for, {"rooms": 0, "seen": 0})
            rooms["rooms"] += len(visit["rooms"])
            rooms["seen"] += sum(look_for in room for room in visit["rooms"])
    return {"visits": states, "commitments": commitments, "look_fors": look_fors}


def waves(script):
    counts = collections.Counter()
    for wave in script.get("waves", []):
        places = sum(start["places"] for start in wave["starts"])
        counts.update(drawn=1, teams_that_may_begin=min(places, len(wave["teams"])),
                      teams_that_wait=max(0, len(wave["teams"]) - places))
    return +counts


def check(case, summary, schools):
    """Of one district."""
    script = read(summary["district"])
    for name, expected in surveys(script, schools).items():
        found = dict(summary["surveys"][name])
        case.assertLess(abs(found.pop("mean_level") - expected.pop("mean_level")), 0.011, name)
        case.assertEqual(found, expected, name)
    for section, expected in visits(script).items():
        case.assertEqual(summary[section], expected, section)
    case.assertEqual(summary.get("waves", {}), waves(script), "waves")
    for one in script["practices"]:
        case.assertIn(one["practice"]["name"], summary["practices"])
        for name in one.get("is_also", []):
            case.assertNotIn(name, summary["practices"], "it was merged")
    came_from = summary["adoptions"]
    case.assertGreater(came_from["from_another_school"], 0)
    for answer in "taken_up", "declined":
        case.assertGreater(summary["offers"][answer], 0)
    answers = collections.Counter(one["answer"] for plan in script.get("plans", []) for one in plan["reviews"])
    if answers:
        reviews = summary["plan_reviews"]
        case.assertEqual((reviews["keep_on"], reviews["revise"]), (answers["keep"], answers["revise"]))
    case.assertEqual(set(summary["questions"]), {"who_struggles", "root_causes", "what_works", "reach"})
