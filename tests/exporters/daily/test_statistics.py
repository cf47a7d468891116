from checks.contract import Section
from exporters.daily import Counts, Statistics
from exporters.daily.topics import TOPICS, not_covered, topic_of
from tests.exporters.sample_day import BACKUP, CPU, REBOOT, all_well, busy, card, incomplete


def test_the_numbers_add_up():
    for day in (busy(), all_well(), incomplete()):
        numbers = Statistics.of(day)
        items = numbers.items
        assert items.due == items.normal + items.warning + items.critical + items.unchecked == len(day.items_due)
        assert items.due + items.not_applicable == len(day.items)
        assert items.done == len(day.items_done)
        assert items.unchecked == len(day.unchecked)
        assert numbers.hosts_done + numbers.hosts_not_done == numbers.hosts_due == len(day.hosts)
        by_topic = [Counts.of(topic.lines(day)) for topic in TOPICS]
        assert sum(counts.due for counts in by_topic) == items.due


def test_every_check_has_one_topic_of_its_own_section():
    assert topic_of(BACKUP).title.zh == "备份"
    assert topic_of(CPU).section is Section.SERVERS
    assert topic_of(REBOOT).title.zh == "补丁"
    assert topic_of(card("mail_queue", "Queue", "队列", Section.PLATFORM)).title.zh == "邮件系统"
    assert topic_of(card("http", "Pages", "页面", Section.PLATFORM)).title.zh == "平台功能模块"


def test_what_no_check_reaches_is_known():
    titles = {topic.title.zh for topic in not_covered(busy())}
    assert {"病毒检测", "垃圾邮件", "邮件系统", "机房环境", "用户账号"} <= titles
    assert not {"备份", "补丁", "服务器"} & titles
