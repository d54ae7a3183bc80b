using Infrastructure.RabbitMq.Receiving;

namespace UnitTests.Support;

/// <summary>Answers late, and time passes before it does.</summary>
internal sealed class SlowReceiver(Action wait) : IDeliveryReceiver
{
    public int Taken { get; private set; }

    public async ValueTask<bool> TakeAsync(ReceivedDelivery delivery)
    {
        await Task.Yield();
        wait();
        Taken++;
        return true;
    }
}
