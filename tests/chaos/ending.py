"""What follows every accident: reruns until everything is there, and the audit."""

from __future__ import annotations

import signal
from collections import Counter

from chaos import audit
from chaos.audit import Account, Name
from chaos.service import SECRETS
from chaos.trial import RESULTS, Trial

MOST_RERUNS = 40
FORBIDDEN = (*SECRETS, "Traceback", "bug in pipeline")


def finish(trial: Trial) -> None:
    """Rerun until done; then have unknown outcomes bought anew, each once, until all is delivered."""
    for _ in range(MOST_RERUNS):
        code = trial.run()
        account = trial.account()
        unknown, stuck = account.unknown(), account.stuck()
        if code not in RESULTS or (code == 0 and not unknown):
            return
        if unknown + stuck and _only_these_left(trial, unknown + stuck):
            _check_money(trial)
            _give_up(trial, stuck)
            if unknown:
                _resolve(trial, unknown)
    trial.problems.append(f"not done after {MOST_RERUNS} reruns")


def _only_these_left(trial: Trial, names: list[Name]) -> bool:
    """Whether every asset is delivered, one of these, or made from one."""
    waiting = set(names)
    for name in trial.project.prompts:  # an asset comes after those it is made from
        if any(upstream in waiting for upstream in trial.project.upstream(name)):
            waiting.add(name)
    return audit.locked(trial.project, trial.root) | waiting >= trial.project.prompts.keys()


def _resolve(trial: Trial, unknown: list[Name]) -> None:
    """As a user does who has looked at the service's log: retry them all, or forget each."""
    trial.allow_retry()
    before = _creates(trial)
    if trial.rng.random() < 0.5:
        trial.run("--retry-unknown")
    else:
        _forget(trial, unknown)
        trial.run()
    if not trial.faulty:
        _check_resolved(trial, unknown, before)


def _give_up(trial: Trial, stuck: list[Name]) -> None:
    """Tasks that never end are paid and lost: no run can help, a user has to say so."""
    trial.resolved.update(stuck)
    _forget(trial, stuck)


def _forget(trial: Trial, names: list[Name]) -> None:
    for _, asset in names:
        trial.judge(trial.command("status", "--forget", asset))


def _creates(trial: Trial) -> Counter[Name]:
    tasks = trial.account().tasks
    return Counter({name: len(tasks.get(name, ())) for name in trial.project.prompts})


def _check_resolved(trial: Trial, unknown: list[Name], before: Counter[Name]) -> None:
    """Exactly those were bought once more, and what waited for them for the first time."""
    after = _creates(trial)
    for name, count in after.items():
        first = before[name] == 0 and any(up in unknown for up in trial.project.upstream(name, deep=True))
        allowed = before[name] + (1 if name in unknown or first else 0)
        if count != allowed:
            trial.problems.append(
                f"{'/'.join(name)}: {count} creates after unknown outcomes were resolved, not {allowed}"
            )


def check(trial: Trial) -> None:
    """Check every promise, and count."""
    _check_money(trial)
    account = trial.account()
    trial.problems += audit.check_credits(account)
    trial.problems += audit.check_disk(account, trial.root)
    _check_settled(trial)
    for secret in SECRETS:
        trial.problems += audit.check_secret(secret, trial.root)
    _check_words(trial)
    _count(trial, account)


def _check_money(trial: Trial) -> None:
    trial.problems += audit.check_money(trial.account(), trial.resolved, faulty=trial.faulty)


def _check_settled(trial: Trial) -> None:
    """Nothing is pending, and a run with nothing to do sends no request and leaves every byte alone."""
    if (code := trial.judge(trial.command("plan", "--check", "--offline"))) != 0:
        trial.problems.append(f"plan --check ends with {code}")
    asked, found = trial.service.ledger()["requests"], audit.files(trial.root)
    if (code := trial.judge(trial.start())) != 0:
        trial.problems.append(f"a run with nothing to do ends with {code}")
    now = audit.files(trial.root)
    changed = [name for name in found.keys() | now.keys() if found.get(name) != now.get(name)]
    if changed:
        trial.problems.append(f"a run with nothing to do changed {', '.join(sorted(changed))}")
    if _without_ledger(trial.service.ledger()["requests"]) != _without_ledger(asked):
        trial.problems.append("a run with nothing to do asked the service")


def _check_words(trial: Trial) -> None:
    for path in sorted(trial.said.iterdir()):
        said = path.read_text(errors="replace")
        killed = f"-> {-signal.SIGKILL}\n" in said  # the last words of its orphans are nobody's
        words = SECRETS if killed else FORBIDDEN
        trial.problems += [f"{path.name} says {word!r}" for word in words if word in said]


def _count(trial: Trial, account: Account) -> None:
    ledger = trial.service.ledger()
    if ledger["keys_sent_to_files"]:
        trial.problems.append("the key was sent to the file host")
    figures = trial.figures
    figures.faults += ledger["faults"]
    figures.tasks += len(ledger["creates"])
    figures.assets += len(trial.project.prompts)
    figures.delivered += len(audit.locked(trial.project, trial.root))
    figures.duplicates += account.duplicates(trial.resolved)
    figures.lost += audit.lost(account, trial.root)


def _without_ledger(requests: dict[str, int]) -> dict[str, int]:
    return {name: times for name, times in requests.items() if "ledger" not in name}
