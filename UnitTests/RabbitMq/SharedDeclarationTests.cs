using Infrastructure.RabbitMq;
using UnitTests.Support;

namespace UnitTests.RabbitMq;

public sealed class SharedDeclarationTests
{
    private readonly RecordingTimeProvider _time = new();
    private readonly Queue<TaskCompletionSource> _ends = new();
    private int _attempts;

    [Fact]
    public async Task It_is_declared_once_for_all()
    {
        var topology = Topology();
        var end = NextEnd();

        var first = topology.DeclaredAsync();
        var second = topology.DeclaredAsync();
        Assert.False(second.IsCompleted);
        end.SetResult();
        await first;
        await second;
        await topology.DeclaredAsync().OrTooLate();

        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task Once_in_doubt_it_is_declared_again_for_the_next()
    {
        var topology = await DeclaredAsync();
        _time.Advance(SharedDeclaration.Interval);

        topology.Doubt();
        topology.Doubt();
        NextEnd().SetResult();
        await topology.DeclaredAsync().OrTooLate();
        await topology.DeclaredAsync().OrTooLate();

        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task All_who_wait_for_an_attempt_fail_with_it_and_the_next_one_has_another()
    {
        var topology = Topology();
        var end = NextEnd();
        var waiting = new[] { topology.DeclaredAsync(), topology.DeclaredAsync() };

        end.SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting[0]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting[1]);

        _time.Advance(SharedDeclaration.Interval);
        NextEnd().SetResult();
        await topology.DeclaredAsync().OrTooLate();
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task However_many_fail_an_attempt_begins_half_a_second_after_the_last_at_the_earliest()
    {
        var topology = await DeclaredAsync();
        for (var failed = 0; failed < 100; failed++)
        {
            topology.Doubt();
        }

        NextEnd().SetResult();
        var waiting = topology.DeclaredAsync();
        await _time.TimersSet.Reach(1);
        Assert.Equal(SharedDeclaration.Interval, _time.LastDue);
        _time.Advance(SharedDeclaration.Interval - TimeSpan.FromMilliseconds(1));
        Assert.Equal((1, false), (_attempts, waiting.IsCompleted));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await waiting.OrTooLate();

        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task What_fails_while_an_attempt_is_under_way_does_not_ask_for_another()
    {
        var topology = Topology();
        var end = NextEnd();
        var waiting = topology.DeclaredAsync();

        topology.Doubt();
        end.SetResult();
        await waiting.OrTooLate();
        await topology.DeclaredAsync().OrTooLate();

        Assert.Equal(1, _attempts);
    }

    private async Task<SharedDeclaration> DeclaredAsync()
    {
        var topology = Topology();
        NextEnd().SetResult();
        await topology.DeclaredAsync().OrTooLate();
        return topology;
    }

    private SharedDeclaration Topology() => new(
        () =>
        {
            Interlocked.Increment(ref _attempts);
            return _ends.Dequeue().Task;
        },
        _time);

    private TaskCompletionSource NextEnd()
    {
        var end = new TaskCompletionSource();
        _ends.Enqueue(end);
        return end;
    }
}
