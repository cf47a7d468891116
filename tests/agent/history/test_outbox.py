import time

from agent.history import Retention
from exporters.contract import Letter

LETTER = Letter("<20260311@portal>", "系统运行维护日报", ("a@example.org", "b@example.org"), b"From: x\r\n\r\n\xff\x00")
LATER = 4e9


def test_a_letter_waits_until_it_is_delivered(history):
    assert history.put_letter("mail", LETTER)
    (entry,) = history.due_letters(LATER)
    assert (entry.exporter, entry.letter, entry.attempts) == ("mail", LETTER, 0)
    assert list(history.due_letters(0)) == []
    assert history.outbox_length() == 1
    history.letter_delivered(LETTER.message_id)
    assert list(history.due_letters(LATER)) == []
    assert history.outbox_length() == 0


def test_the_same_letter_is_put_once_even_after_delivery(history):
    assert history.put_letter("mail", LETTER)
    assert not history.put_letter("mail", LETTER)
    history.letter_delivered(LETTER.message_id)
    assert not history.put_letter("mail", LETTER)
    assert history.outbox_length() == 0


def test_a_letter_sent_again_by_hand_waits_anew_but_not_for_the_agent_at_once(history, time_machine):
    time_machine.move_to(1_000_000, tick=False)
    assert history.put_letter("mail", LETTER)
    history.letter_delivered(LETTER.message_id)
    for end in (lambda: None, lambda: history.letter_failed(LETTER.message_id, "550 no", None, ("b@example.org",))):
        assert history.put_letter("mail", LETTER, again=True)
        assert list(history.due_letters(1_000_000 + 59)) == []
        (entry,) = history.due_letters(1_000_000 + 60)
        assert (entry.letter, entry.attempts) == (LETTER, 0)
        end()
    assert history.outbox_length() == 0, "given up anew"
    fresh = Letter("<fresh>", "", ("a@example.org",), b"")
    assert history.put_letter("mail", fresh, again=True)
    assert list(history.due_letters(1_000_000 + 59)) == []
    assert [entry.letter for entry in history.due_letters(1_000_000 + 60)] == [fresh]


def test_a_failed_letter_comes_again_at_its_time(history):
    history.put_letter("mail", LETTER)
    history.letter_failed(LETTER.message_id, "451 try later", LATER)
    assert list(history.due_letters(LATER - 1)) == []
    (entry,) = history.due_letters(LATER)
    assert entry.attempts == 1
    assert history.outbox_length() == 1


def test_a_letter_that_cannot_be_delivered_is_given_up(history):
    history.put_letter("mail", LETTER)
    history.letter_failed(LETTER.message_id, "550 no such user", None)
    assert list(history.due_letters(LATER)) == []
    assert history.outbox_length() == 0
    assert history.outbox_length(given_up_since=0) == 1
    assert history.outbox_length(given_up_since=LATER) == 0
    history.put_letter("mail", LETTER, again=True)
    assert history.outbox_length(given_up_since=0) == 0, "somebody sends it again"


def test_letters_come_in_their_order(history):
    letters = [Letter(f"<{n}>", "", (), b"") for n in range(5)]
    for letter in letters:
        history.put_letter("mail", letter)
    assert [entry.letter for entry in history.due_letters(LATER)] == letters


def test_what_failed_before_is_tried_in_its_order_with_what_is_due(history):
    for name in ("<old>", "<fresh by hand>"):
        history.put_letter("mail", Letter(name, "", (), b""), again=name != "<old>")
    history.letter_failed("<old>", "no route to host", LATER)
    assert list(history.due_letters(time.time() - 1)) == []
    history.put_letter("mail", Letter("<new>", "", (), b""))
    history.put_letter("other", Letter("<of another exporter>", "", (), b""))
    history.letter_failed("<of another exporter>", "no", LATER)
    now = time.time()
    assert [entry.letter.message_id for entry in history.due_letters(now + 1)] == ["<old>", "<new>"]


def test_a_letter_that_was_delivered_meanwhile_is_not_tried(history):
    for name in ("<1>", "<2>"):
        history.put_letter("mail", Letter(name, "", (), b""))
    due = history.due_letters(LATER)
    assert next(due).letter.message_id == "<1>"
    history.letter_delivered("<2>")
    assert list(due) == []


def test_only_what_is_done_with_is_pruned(history, time_machine):
    time_machine.move_to(1_000_000, tick=False)
    for name in ("done", "given up", "waiting"):
        history.put_letter("mail", Letter(f"<{name}>", "", (), b""))
    history.letter_delivered("<done>")
    history.letter_failed("<given up>", "no", None)
    history.prune(1_000_000 + Retention().letters - 10)
    assert not history.put_letter("mail", Letter("<done>", "", (), b""))
    history.prune(1_000_000 + Retention().letters + 10)
    assert [entry.letter.message_id for entry in history.due_letters(LATER)] == ["<waiting>"]
    assert history.put_letter("mail", Letter("<done>", "", (), b""))
