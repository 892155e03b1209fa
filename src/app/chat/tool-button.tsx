import type { ReactNode, Ref } from 'react';

interface ToolButtonProps {
  name: string;
  icon: ReactNode;
  disabled?: boolean;
  onClick: (button: HTMLElement) => void;
  ref?: Ref<HTMLButtonElement>;
}

/** One of the small buttons under a message: a picture, whose name a tooltip shows. */
export function ToolButton({ name, icon, disabled = false, onClick, ref }: ToolButtonProps) {
  return (
    <button
      ref={ref}
      type="button"
      className="button button-quiet button-tool"
      aria-label={name}
      title={name}
      disabled={disabled}
      onClick={({ currentTarget }) => onClick(currentTarget)}
    >
      {icon}
    </button>
  );
}

/** For a button that goes away when it is used: the focus moves to the conversation, where what it began can be read. */
export function focusConversation(from: HTMLElement): void {
  from.closest<HTMLElement>('.conversation-scroll')?.focus({ preventScroll: true });
}
