using Chaos;

namespace UnitTests.Chaos;

public sealed class FaultScheduleTests
{
    private static readonly ChaosOptions Options = new(TimeSpan.FromMinutes(1), Seed: 4, Rate: null, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40), "");

    [Fact]
    public void Every_kind_comes_once_before_one_comes_again()
    {
        var schedule = new FaultSchedule(5, Options);

        for (var round = 0; round < 3; round++)
        {
            Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(_ => schedule.Next()).Order());
        }
    }

    [Fact]
    public void The_same_seed_makes_the_same_run()
    {
        var fault = new Fault("any", () => Task.CompletedTask, () => Task.CompletedTask, 3, 12);
        var (one, other) = (new FaultSchedule(9, Options), new FaultSchedule(9, Options));

        for (var number = 0; number < 30; number++)
        {
            Assert.Equal((one.Next(), one.Gap(), one.Duration(fault)), (other.Next(), other.Gap(), other.Duration(fault)));
        }
    }

    [Fact]
    public void Gaps_and_durations_stay_within_what_was_asked_for()
    {
        var fault = new Fault("any", () => Task.CompletedTask, () => Task.CompletedTask, 3, 12);
        var schedule = new FaultSchedule(1, Options);

        for (var number = 0; number < 100; number++)
        {
            Assert.InRange(schedule.Gap().TotalSeconds, 20, 40);
            Assert.InRange(schedule.Duration(fault).TotalSeconds, 3, 12);
        }
    }
}
