using Infrastructure.RabbitMq.Receiving;

namespace UnitTests.Support;

/// <summary>Answers when the test does.</summary>
internal sealed class WaitingReceiver(Task<bool> answer) : IDeliveryReceiver
{
    private readonly TaskCompletionSource _offered = new();

    public Task Offered => _offered.Task;

    public ValueTask<bool> TakeAsync(ReceivedDelivery delivery)
    {
        _offered.TrySetResult();
        return new ValueTask<bool>(answer);
    }
}
