"""Fictional reports, put together as mail systems do."""

from __future__ import annotations

from collections.abc import Sequence

MESSAGE_ID = "<2026-W03.0123456789abcdef01234567@litwatch.example>"
TOKEN = "Tk3nTk3nTk3nTk3nTk3nTk3nTk3n-_Tk"
VERP = "bounces+2aabcdefgh234567ab@litwatch.example"


def crlf(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


def returned_mail(*, to: str = "ann@example.org", message_id: str = MESSAGE_ID, token: str = TOKEN) -> list[str]:
    """The mail that a report is about."""
    return [
        "Return-Path: <bounces@litwatch.example>",
        "Received: from litwatch.example by mx.example.org; Fri, 16 Jan 2026 07:00:03 +0000",
        "From: litwatch <litwatch@litwatch.example>",
        f"To: {to}",
        "Subject: Walking and knee pain",
        f"Message-ID: {message_id}",
        f"List-Unsubscribe: <https://litwatch.example/u/{token}>,",
        f" <mailto:unsubscribe@litwatch.example?subject=unsubscribe%20{token}>",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "One study, seven outcomes.",
        "",
    ]


def failed(
    address: str = "ann@example.org",
    *,
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 User unknown",
    action: str = "failed",
) -> list[str]:
    """A group of fields about one recipient (RFC 3464, 2.3)."""
    return [
        f"Final-Recipient: rfc822; {address}",
        f"Original-Recipient: rfc822;{address}",
        f"Action: {action}",
        f"Status: {status}",
        "Remote-MTA: dns; mx.example.org",
        f"Diagnostic-Code: {said}",
    ]


def not_delivered(
    *recipients: Sequence[str],
    to: str = "bounces@litwatch.example",
    returned: Sequence[str] | None = None,
    message_id: str = "<20260116070004.1234@mx.example.org>",
) -> bytes:
    """A delivery status notification (RFC 3464), by default about one unknown user."""
    groups = [line for group in recipients or [failed()] for line in ("", *group)]
    return crlf(
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)",
        f"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: {message_id}",
        "Date: Fri, 16 Jan 2026 07:00:04 +0000",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        '\tboundary="4AC5B2.1768546804/mx.example.org"',
        "",
        "This is a MIME-encapsulated message.",
        "",
        "--4AC5B2.1768546804/mx.example.org",
        "Content-Description: Notification",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "",
        "--4AC5B2.1768546804/mx.example.org",
        "Content-Description: Delivery report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.org",
        "Arrival-Date: Fri, 16 Jan 2026 07:00:03 +0000",
        *groups,
        "",
        "--4AC5B2.1768546804/mx.example.org",
        "Content-Description: Undelivered Message",
        "Content-Type: message/rfc822",
        "",
        *(returned_mail() if returned is None else returned),
        "--4AC5B2.1768546804/mx.example.org--",
    )


def not_wanted(
    kind: str = "abuse", *, original_mail_from: str = "bounces@litwatch.example", returned: Sequence[str] | None = None
) -> bytes:
    """A feedback report (RFC 5965); recipients are commonly left out of it."""
    return crlf(
        "From: <feedback@example.net>",
        "Date: Sat, 17 Jan 2026 09:00:00 +0000",
        "Subject: FW: Walking and knee pain",
        "To: <bounces@litwatch.example>",
        "Message-ID: <feedback.1@example.net>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=feedback-report; boundary=part_line",
        "",
        "--part_line",
        "Content-Type: text/plain; charset=US-ASCII",
        "Content-Transfer-Encoding: 7bit",
        "",
        "This is an email abuse report for an email message received from IP 192.0.2.1.",
        "",
        "--part_line",
        "Content-Type: message/feedback-report",
        "",
        f"Feedback-Type: {kind}",
        "User-Agent: SomeGenerator/1.0",
        "Version: 1",
        f"Original-Mail-From: <{original_mail_from}>",
        "Arrival-Date: Fri, 16 Jan 2026 07:00:00 +0000",
        "Source-IP: 192.0.2.1",
        "",
        "--part_line",
        "Content-Type: message/rfc822",
        "Content-Disposition: inline",
        "",
        *(returned_mail(to="redacted@example.net") if returned is None else returned),
        "--part_line--",
    )


def leaving(subject: str = f"unsubscribe {TOKEN}", body: str = "") -> bytes:
    """What a mail program sends for List-Unsubscribe: mailto."""
    return crlf(
        "From: Ann <ann@example.org>",
        "To: unsubscribe@litwatch.example",
        f"Subject: {subject}",
        "Message-ID: <leave.1@example.org>",
        "Date: Sat, 17 Jan 2026 10:00:00 +0000",
        "",
        body,
    )


ABSENT = crlf(
    "Return-Path: <>",
    "From: Ann <ann@example.org>",
    f"To: {VERP}",
    "Subject: Out of office: Walking and knee pain",
    "Auto-Submitted: auto-replied",
    f"In-Reply-To: {MESSAGE_ID}",
    f"References: {MESSAGE_ID}",
    "",
    "I am away until Monday. 550 5.1.1 is my favourite number.",
)
READ_RECEIPT = crlf(
    "From: Ann <ann@example.org>",
    f"To: {VERP}",
    "Subject: Read: Walking and knee pain",
    "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
    "",
    "--b",
    "Content-Type: text/plain",
    "",
    "Your message was read.",
    "--b",
    "Content-Type: message/disposition-notification",
    "",
    "Final-Recipient: rfc822; ann@example.org",
    f"Original-Message-ID: {MESSAGE_ID}",
    "Disposition: manual-action/MDN-sent-manually; displayed",
    "",
    "--b--",
)
SPAM = crlf("From: win@example.net", "To: bounces@litwatch.example", "Subject: unsubscribe now and win", "", "Win!")


def by_qmail(*, to: str = VERP, said: str = "192.0.2.7 does not like recipient.") -> bytes:
    """A report as qmail writes it (QSBMF)."""
    return crlf(
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.example.org",
        f"To: {to}",
        "Subject: failure notice",
        "",
        "Hi. This is the qmail-send program at mx.example.org.",
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.",
        "",
        "<Ann@example.org>:",
        said,
        "Remote host said: 550 sorry, no mailbox here by that name. (#5.1.1)",
        "Giving up on 192.0.2.7.",
        "",
        "--- Below this line is a copy of the message.",
        "",
        *returned_mail(),
    )


def by_exim(*, failed_header: str = "ann@example.org") -> bytes:
    """A report as Exim wrote it before it knew RFC 3464."""
    return crlf(
        f"X-Failed-Recipients: {failed_header}",
        "Auto-Submitted: auto-replied",
        "From: Mail Delivery System <Mailer-Daemon@mx.example.org>",
        "To: bounces@litwatch.example",
        "Subject: Mail delivery failed: returning message to sender",
        "",
        "This message was created automatically by mail delivery software.",
        "",
        "A message that you sent could not be delivered to one or more of its",
        "recipients. This is a permanent error. The following address(es) failed:",
        "",
        "  ann@example.org",
        "    SMTP error from remote mail server after RCPT TO:<ann@example.org>:",
        "    host mx.example.org [192.0.2.7]: 552 5.2.2 Mailbox full",
        "",
        "------ This is a copy of the message, including all the headers. ------",
        "",
        *returned_mail(),
    )
