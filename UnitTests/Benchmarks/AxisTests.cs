using Benchmarks.Results;

namespace UnitTests.Benchmarks;

public sealed class AxisTests
{
    [Theory]
    [InlineData(34_000, 0, 35_000)]
    [InlineData(7, 0, 7)]
    [InlineData(0.93, 0, 1)]
    [InlineData(0, 0, 1)]
    public void Measured_values_are_seen_from_zero_and_end_at_a_round_number(double highest, double first, double last)
    {
        var axis = Axis.FromZero([highest, highest / 2]);

        Assert.Equal(first, axis.Ticks[0]);
        Assert.Equal(last, axis.Ticks[^1], tolerance: 1e-9);
        Assert.InRange(axis.Ticks.Count, 2, 9);
        Assert.Equal(1, axis.Position(last), tolerance: 1e-9);
    }

    [Fact]
    public void Chosen_values_fill_the_axis()
    {
        var axis = Axis.Chosen([4, 1, 2]);

        Assert.Equal([1, 2, 4], axis.Ticks);
        Assert.Equal(0, axis.Position(1));
        Assert.Equal(1, axis.Position(4));
    }

    [Fact]
    public void Chosen_values_that_would_overlap_get_round_numbers_instead() =>
        Assert.Equal([0, 200, 400, 600, 800, 1000], Axis.Chosen([0, 1, 2, 1000]).Ticks);

    [Fact]
    public void Doublings_are_as_wide_as_each_other()
    {
        var axis = Axis.ChosenLogarithmic([250, 500, 1000, 2000, 4000]);

        Assert.Equal([250, 500, 1000, 2000, 4000], axis.Ticks);
        Assert.Equal(0.25, axis.Position(500), tolerance: 1e-9);
        Assert.Equal(0.5, axis.Position(1000), tolerance: 1e-9);
    }

    [Fact]
    public void A_single_value_stands_in_the_middle() => Assert.Equal(0.5, Axis.Chosen([7]).Position(7));

    [Fact]
    public void Decades_hold_all_values()
    {
        var axis = Axis.Decades([35, 31_000]);

        Assert.Equal([10, 100, 1_000, 10_000, 100_000], axis.Ticks);
        Assert.Equal(0.25, axis.Position(100), tolerance: 1e-9);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.2, "0.2")]
    [InlineData(8_000, "8,000")]
    [InlineData(35_000, "35,000")]
    [InlineData(10_000_000, "10 M")]
    public void A_tick_is_written_as_short_as_it_goes(double value, string text) => Assert.Equal(text, Numbers.Tick(value));

    [Fact]
    public void Labels_keep_their_distance_and_their_order()
    {
        var places = LabelPlaces.Spread([100, 98, 20, 102], distance: 10, top: 0, bottom: 110);

        Assert.Equal(20, places[2]);
        Assert.True(places[1] + 10 <= places[0] && places[0] + 10 <= places[3] && places[3] <= 110);
    }
}
