"""The application asked in this process, without a socket: httpx over ASGI, one request at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi import FastAPI

HERE = ("127.0.0.1", 40000)
"""The address that requests come from: by default, that of a proxy in front."""


class Inside:
    """`get`, `post`, `head`: as httpx has them. No redirect is followed, no exception passes through."""

    def __init__(self, web: FastAPI, *, address: tuple[str, int] = HERE) -> None:
        self._web = web
        self._address = address

    def request(self, method: str, path: str, **how: Any) -> httpx.Response:
        return asyncio.run(self._asked(method, path, how))

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.request("GET", path, **how)

    def delete(self, path: str, **how: Any) -> httpx.Response:
        return self.request("DELETE", path, **how)

    def head(self, path: str, **how: Any) -> httpx.Response:
        return self.request("HEAD", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        return self.request("POST", path, **how)

    async def _asked(self, method: str, path: str, how: dict[str, Any]) -> httpx.Response:
        async with self._client() as client:
            return await client.request(method, path, **how)

    def _client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self._web, raise_app_exceptions=False, client=self._address)
        return httpx.AsyncClient(transport=transport, base_url="https://litwatch.example")


class Kept(Inside):
    """For thousands of requests: one loop and one client for all of them, as long as it is `open`."""

    def __init__(self, web: FastAPI) -> None:
        super().__init__(web)
        self._runner = asyncio.Runner()
        self._kept = self._client()

    @contextmanager
    def open(self) -> Iterator[Kept]:
        with self._runner:
            yield self

    def request(self, method: str, path: str, **how: Any) -> httpx.Response:
        return self._runner.run(self._kept.request(method, path, **how))
