using Worker.Intake;

namespace UnitTests.Intake;

public sealed class PathChoiceTests
{
    private readonly PathChoice _choice = new();

    [Fact]
    public void The_first_batch_may_be_optimistic() => Assert.True(_choice.IsOptimistic(mayBeStored: false));

    [Fact]
    public void What_may_be_stored_never_is() => Assert.False(_choice.IsOptimistic(mayBeStored: true));

    [Fact]
    public void Runs_on_the_idempotent_path_double_with_every_miss_up_to_the_longest() =>
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 64, 64], Enumerable.Range(0, 9).Select(_ => RunAfterMiss()));

    [Fact]
    public void A_hit_makes_the_next_run_short_again()
    {
        RunAfterMiss();
        RunAfterMiss();
        RunAfterMiss();

        _choice.Hit();

        Assert.Equal(1, RunAfterMiss());
    }

    [Fact]
    public void Merges_without_a_miss_change_nothing()
    {
        _choice.Merged();
        _choice.Merged();

        Assert.True(_choice.IsOptimistic(mayBeStored: false));
        Assert.Equal(1, RunAfterMiss());
    }

    private int RunAfterMiss()
    {
        _choice.Missed();
        var run = 0;
        while (!_choice.IsOptimistic(mayBeStored: false))
        {
            _choice.Merged();
            run++;
        }

        return run;
    }
}
