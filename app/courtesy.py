"""What people say that is no question about documents: greetings, thanks, what the program is for."""

from __future__ import annotations

import re

from vectorstore.normalise import fold

_GREETED = "您好。请直接提问，我会在已收录的文件中查找，用原文回答并注明出处。"
_THANKED = "不客气。还有问题请继续提问。"
_NOTED = "好的。还有问题请继续提问。"
_LEFT = "再见。"
_WHAT_IT_DOES = "我只根据已收录的文件回答：引用原文，注明文件、条款和年份；文件没有写的，如实说明。请直接提问。"

_ENDS = r"(?:啊|呀|啦|了|哦|喔|哈|吧|呢|哟|嗯|的|您|你|大家)*"
_SAID: tuple[tuple[str, str], ...] = (
    (
        rf"(?:你好|您好|大家好|嗨|哈喽|hi|hello|hey|在吗|在不在|早上好|上午好|中午好|下午好|晚上好|早安?|晚安){_ENDS}",
        _GREETED,
    ),
    (
        rf"(?:好的?|嗯+|行|哦+)?(?:非常|太|多|十分|万分)*(?:谢谢|感谢|多谢|谢啦?|辛苦|麻烦){_ENDS}(?:帮助|解答|回答)?{_ENDS}",
        _THANKED,
    ),
    (
        rf"(?:好的?|嗯+|哦+|行|可以|收到|明白|知道|懂|了解|清楚|ok|okay|没事|没问题|算|不用|不问|没有?|没有?问题"
        rf"|没有?(?:其他|别的)(?:问题)?)(?:了解|明白|知道|清楚)?{_ENDS}",
        _NOTED,
    ),
    (rf"(?:再见|拜拜|拜|回见|下次见|bye){_ENDS}", _LEFT),
    (
        r"你(?:们)?(?:是谁|是什么|是机器人|是人工|叫什么名?字?|是干(?:什么|嘛)"
        r"|(?:都|还)?(?:能|会|可以)(?:帮我)?(?:做|干|查|回答|问)?(?:些)?(?:什么|啥|嘛|哪些)(?:问题|事情?)?)(?:的|吗|呢|啊)*"
        r"|(?:这个?)?(?:怎么用|有什么(?:用|功能))(?:的|啊|呢)*|使用(?:说明|方法)|帮助",
        _WHAT_IT_DOES,
    ),
)
_BETWEEN = re.compile(r"[\s,，.。!！?？~～、;；]+")


def reply_to(said: str) -> str:
    """Return what to say to a courtesy, or to a question about the program; empty if it is neither."""
    parts = [part for part in _BETWEEN.split(fold(said)) if part]
    replies = [next((reply for form, reply in _SAID if re.fullmatch(form, part)), "") for part in parts]
    return replies[-1] if replies and all(replies) else ""
