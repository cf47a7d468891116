"""A straight line through what was measured day by day, held as five sums."""

from dataclasses import dataclass

STEADY = 0.5
"""Share of the variation that the line must explain: what jumps up and down fills at no pace that could be told."""

FEWEST = 3
"""Days below which two of them would say it all."""


@dataclass(slots=True)
class StraightLine:
    """Least squares over (days, value)."""

    count: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    yy: float = 0.0

    def add(self, x: float, y: float) -> None:
        """One more day."""
        self.count += 1
        self.x += x
        self.y += y
        self.xx += x * x
        self.xy += x * y
        self.yy += y * y

    @property
    def slope(self) -> float | None:
        """Value per day; None with too few days."""
        across = self.count * self.xx - self.x * self.x
        return (self.count * self.xy - self.x * self.y) / across if self.count >= FEWEST and across > 0 else None

    @property
    def is_steady(self) -> bool:
        """Whether the line tells more than the ups and downs around it."""
        across, up = self.count * self.xx - self.x * self.x, self.count * self.yy - self.y * self.y
        both = self.count * self.xy - self.x * self.y
        return up > 0 and across > 0 and both * both >= STEADY * across * up
