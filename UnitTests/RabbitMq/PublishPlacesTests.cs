using Infrastructure.RabbitMq;
using UnitTests.Support;

namespace UnitTests.RabbitMq;

public sealed class PublishPlacesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_publish_has_its_place_until_it_ends()
    {
        var places = new PublishPlaces(most: 1, _time);
        var sent = new TaskCompletionSource();

        var first = places.TryAsync(() => sent.Task);
        Assert.Equal(1, places.Taken);
        sent.SetResult();

        Assert.True(await first);
        Assert.Equal(0, places.Taken);
    }

    [Fact]
    public async Task One_too_many_is_not_begun()
    {
        var places = new PublishPlaces(most: 1, _time);
        _ = places.TryAsync(Never);
        var isBegun = false;

        Assert.False(await places.TryAsync(() =>
        {
            isBegun = true;
            return Task.CompletedTask;
        }));
        Assert.False(isBegun);
        Assert.Equal(1, places.Taken);
    }

    [Fact]
    public async Task One_that_fails_makes_room()
    {
        var places = new PublishPlaces(most: 1, _time);

        await Assert.ThrowsAsync<InvalidOperationException>(() => places.TryAsync(() => throw new InvalidOperationException()));

        Assert.True(await places.TryAsync(() => Task.CompletedTask));
    }

    [Fact]
    public async Task One_that_never_ends_is_forgotten_after_ten_minutes()
    {
        var places = new PublishPlaces(most: 1, _time);
        var lost = places.TryAsync(Never);

        _time.Advance(PublishPlaces.Forgotten - TimeSpan.FromMilliseconds(1));
        Assert.False(await places.TryAsync(() => Task.CompletedTask));
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<TimeoutException>(() => lost);
        Assert.True(await places.TryAsync(() => Task.CompletedTask));
    }

    private static Task Never() => new TaskCompletionSource().Task;
}
