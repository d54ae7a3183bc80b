using Infrastructure.RabbitMq;
using UnitTests.Support;

namespace UnitTests.RabbitMq;

public sealed class OutstandingPublishesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_publish_has_its_place_until_it_ends()
    {
        var outstanding = new OutstandingPublishes(most: 1, _time);
        var sent = new TaskCompletionSource();

        var first = outstanding.TryAsync(() => sent.Task);
        Assert.Equal(1, outstanding.Count);
        sent.SetResult();

        Assert.True(await first);
        Assert.Equal(0, outstanding.Count);
    }

    [Fact]
    public async Task One_too_many_is_not_begun()
    {
        var outstanding = new OutstandingPublishes(most: 1, _time);
        _ = outstanding.TryAsync(Never);
        var isBegun = false;

        Assert.False(await outstanding.TryAsync(() =>
        {
            isBegun = true;
            return Task.CompletedTask;
        }));
        Assert.False(isBegun);
        Assert.Equal(1, outstanding.Count);
    }

    [Fact]
    public async Task One_that_fails_makes_room()
    {
        var outstanding = new OutstandingPublishes(most: 1, _time);

        await Assert.ThrowsAsync<InvalidOperationException>(() => outstanding.TryAsync(() => throw new InvalidOperationException()));

        Assert.True(await outstanding.TryAsync(() => Task.CompletedTask));
    }

    [Fact]
    public async Task One_that_never_ends_is_forgotten_after_ten_minutes()
    {
        var outstanding = new OutstandingPublishes(most: 1, _time);
        var lost = outstanding.TryAsync(Never);

        _time.Advance(OutstandingPublishes.Forgotten - TimeSpan.FromMilliseconds(1));
        Assert.False(await outstanding.TryAsync(() => Task.CompletedTask));
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<TimeoutException>(() => lost);
        Assert.True(await outstanding.TryAsync(() => Task.CompletedTask));
    }

    private static Task Never() => new TaskCompletionSource().Task;
}
