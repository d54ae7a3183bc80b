using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Intake;

public sealed class AsyncSignalTests
{
    private readonly AsyncSignal _signal = new();

    [Fact]
    public async Task Setting_wakes_the_waiter()
    {
        var waiting = _signal.WaitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted, "nothing was set");

        _signal.Set();

        await waiting.OrTooLate();
    }

    [Fact]
    public async Task Setting_before_the_wait_is_not_lost()
    {
        _signal.Set();

        await _signal.WaitAsync(CancellationToken.None).OrTooLate();
    }

    [Fact]
    public async Task Setting_many_times_wakes_once()
    {
        Parallel.For(0, 1000, _ => _signal.Set());

        await _signal.WaitAsync(CancellationToken.None).OrTooLate();
        Assert.False(_signal.WaitAsync(CancellationToken.None).IsCompleted, "the signal was there twice");
    }

    [Fact]
    public async Task Of_two_threads_that_play_ping_pong_neither_misses_a_turn()
    {
        const int turns = 20_000;
        var back = new AsyncSignal();
        var partner = Task.Run(async () =>
        {
            for (var i = 0; i < turns; i++)
            {
                await _signal.WaitAsync(CancellationToken.None);
                back.Set();
            }
        });
        for (var i = 0; i < turns; i++)
        {
            _signal.Set();
            await back.WaitAsync(CancellationToken.None).OrTooLate($"turn {i} was missed");
        }

        await partner.OrTooLate();
    }
}
