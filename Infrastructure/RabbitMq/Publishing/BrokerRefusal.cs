using System.Security.Authentication;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Infrastructure.RabbitMq.Publishing;

/// <summary>Tells a broker that says no from one that is not there. Trying again helps only with the second.</summary>
public static class BrokerRefusal
{
    /// <summary>
    /// What the broker refuses, in its words: login, virtual host, right; or why it is not believed to be the broker.
    /// <see langword="null"/> for anything else.
    /// </summary>
    public static string? Of(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                // Not PossibleAuthenticationFailureException: that is the client's guess about any connection that ends during the login, as many do when
                // a broker goes or comes. One that refuses the login says so.
                case AuthenticationFailureException or AuthenticationException or OptionsValidationException:
                    return cause.Message;
                case OperationInterruptedException { ShutdownReason: { ReplyCode: Constants.AccessRefused or Constants.NotAllowed } reason }:
                    return reason.ReplyText;
            }
        }

        return null;
    }

    /// <summary>In one line what the broker refuses, or else the innermost cause: what is the matter rather than what failed because of it.</summary>
    public static string Describe(Exception exception)
    {
        if (Of(exception) is { } refusal)
        {
            return refusal.ReplaceLineEndings(" ");
        }

        var cause = exception;
        while (cause.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause.Message.ReplaceLineEndings(" ");
    }
}
