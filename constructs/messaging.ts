import { dependable } from "cdktf";
import { Construct } from "constructs";
import { MessagingProvider, type MessagingProviderConfig } from "./generated/messaging-provider.ts";
import { MessagingSubscriber } from "./generated/messaging-subscriber.ts";
import { MessagingTopic, type MessagingTopicConfig } from "./generated/messaging-topic.ts";
import { idOf, type ManagedProps, manage, metaOf, type OwnConfig, ownOf } from "./managed.ts";
import { idIn, type Named, type Role } from "./permission.ts";
import { withSecrets } from "./secret.ts";

/** What every messaging provider takes. */
export interface SenderProps extends ManagedProps {
  /** Id in Appwrite: the construct's own when not set. */
  readonly providerId?: string | undefined;
  /** Name shown in the console: the construct's id when not set. */
  readonly name?: string | undefined;
  /** Whether messages go out by it. */
  readonly enabled?: boolean | undefined;
}

/** Base of the messaging providers, of which there is one for each service. */
export abstract class Sender extends Construct {
  /** The resource in Terraform. */
  readonly resource: MessagingProvider;

  /** Called by the class of a service. */
  constructor(scope: Construct, id: string, type: MessagingProviderConfig["type"], props: SenderProps) {
    super(scope, id);
    const { providerId, ...own } = ownOf(props);
    const config = {
      ...withSecrets(own),
      ...metaOf(props),
      id: idOf(this, "providerId", providerId, props),
      name: props.name ?? id,
      type,
    };
    this.resource = manage(this, new MessagingProvider(this, "Default", config), props);
  }

  /** Its id, as a reference that makes a dependency. */
  get providerId(): string {
    return this.resource.id;
  }
}

/** A topic, made here or there already. */
export interface ITopic {
  /** Its id, as a reference that makes a dependency where the topic is made here. */
  readonly topicId: string;
}

/** What a topic is. */
export interface TopicProps extends Partial<Omit<OwnConfig<MessagingTopicConfig>, "subscribe">>, ManagedProps {
  /** Id in Appwrite: the construct's own when not set. */
  readonly topicId?: string | undefined;
  /** Who may subscribe. */
  readonly subscribe?: readonly Role[] | undefined;
}

/** A topic that messages are sent to. */
export class Topic extends Construct implements ITopic {
  /** The word for it in what applications are told. */
  readonly exportedAs = "topics";
  /** The resource in Terraform. */
  readonly resource: MessagingTopic;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;

  /** Makes a topic whose name and id are those of the construct unless given. */
  constructor(scope: Construct, id: string, props: TopicProps = {}) {
    super(scope, id);
    const { topicId, subscribe, ...own } = ownOf(props);
    this.id = idOf(this, "topicId", topicId, props);
    const config = {
      ...own,
      ...metaOf(props),
      id: this.id,
      name: props.name ?? id,
      ...(subscribe === undefined ? {} : { subscribe: subscribe.map(String) }),
    };
    this.resource = manage(this, new MessagingTopic(this, "Default", config), props);
  }

  /** A topic that is there already and is not managed here. */
  static fromTopicId(scope: Construct, id: string, topicId: string): ITopic {
    return Object.assign(new Construct(scope, id), { topicId });
  }

  /** Its id, as a reference that makes a dependency. */
  get topicId(): string {
    return this.resource.id;
  }

  /**
   * Waits for a messaging provider. A topic of Appwrite holds no provider: its messages go out by that of each subscriber's target, or
   * by an enabled one of the right kind.
   */
  deliverThrough(provider: Sender): this {
    this.resource.dependsOn = [...(this.resource.dependsOn ?? []), dependable(provider.resource)];
    return this;
  }
}

/** Who is subscribed to which topic. */
export interface SubscriberProps extends ManagedProps {
  /** The topic: a construct, or an id. */
  readonly topic: Named<"topicId">;
  /** The target of the user: a construct, or an id. */
  readonly target: Named<"targetId">;
  /** Id in Appwrite: the construct's own when not set. */
  readonly subscriberId?: string | undefined;
}

/** The subscription of a target to a topic. */
export class Subscriber extends Construct {
  /** The resource in Terraform. */
  readonly resource: MessagingSubscriber;

  /** Subscribes the target to the topic. */
  constructor(scope: Construct, id: string, props: SubscriberProps) {
    super(scope, id);
    const { topic, target, subscriberId } = props;
    const config = {
      ...metaOf(props),
      id: idOf(this, "subscriberId", subscriberId, props),
      topicId: idIn(topic, "topicId"),
      targetId: idIn(target, "targetId"),
    };
    this.resource = manage(this, new MessagingSubscriber(this, "Default", config), props);
  }
}
